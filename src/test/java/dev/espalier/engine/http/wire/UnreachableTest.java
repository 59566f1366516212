package dev.espalier.engine.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnreachableTest {
    private static Throwable handshake(Throwable cause) {
        return new IOException(
                new SSLHandshakeException("PKIX").initCause(new CertificateException("sun.security.validator", cause)));
    }

    static Stream<Arguments> causes() {
        return Stream.of(
                Arguments.of(
                        handshake(new CertPathBuilderException("unable to find valid certification path")),
                        Failure.Kind.FINAL,
                        "has a certificate that this machine does not trust"),
                Arguments.of(
                        handshake(new CertificateExpiredException()),
                        Failure.Kind.FINAL,
                        "has a certificate that has expired or is not valid yet"),
                Arguments.of(
                        new SSLHandshakeException("x")
                                .initCause(new CertificateException("No name matching box found")),
                        Failure.Kind.FINAL,
                        "has a certificate for another host name"),
                Arguments.of(
                        new SSLException("Unsupported or unrecognized SSL message"),
                        Failure.Kind.FINAL,
                        "does not use encryption"),
                Arguments.of(
                        new SSLException("closed"), Failure.Kind.AGAIN, "closed the connection before it answered"),
                Arguments.of(
                        new IOException("HTTP/1.1 header parser received no bytes"),
                        Failure.Kind.AGAIN,
                        "closed the connection before it answered"),
                Arguments.of(new IOException(new ConnectException()), Failure.Kind.DOWN, "refuses connections"),
                Arguments.of(
                        new HttpConnectTimeoutException("x"),
                        Failure.Kind.DOWN,
                        "did not accept the connection in time"),
                Arguments.of(
                        new ConnectException().initCause(new UnresolvedAddressException()),
                        Failure.Kind.DOWN,
                        "refuses connections"),
                Arguments.of(
                        new IllegalStateException("odd"), Failure.Kind.FINAL, "could not be reached; see the log"));
    }

    @ParameterizedTest
    @MethodSource("causes")
    void connectionFailuresAreExplainedWithoutTheServersOrThePlatformsText(
            Throwable cause, Failure.Kind kind, String words) {
        var failure = Unreachable.of(cause);
        assertThat(failure.kind).isEqualTo(kind);
        assertThat(failure).hasMessage(words).hasNoCause();
    }
}
