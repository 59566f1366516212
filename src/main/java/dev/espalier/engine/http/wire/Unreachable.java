package dev.espalier.engine.http.wire;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/// Explains why a server could not be reached.
final class Unreachable {
    private Unreachable() {}

    static Failure of(Throwable cause) {
        for (var reason = cause; reason != null; reason = reason.getCause()) {
            switch (reason) {
                case UnresolvedAddressException _ -> {
                    return new Failure(Failure.Kind.DOWN, "has an unknown host name");
                }
                case HttpConnectTimeoutException _ -> {
                    return new Failure(Failure.Kind.DOWN, "did not accept the connection in time");
                }
                case ConnectException _ -> {
                    return new Failure(Failure.Kind.DOWN, "refuses connections");
                }
                case SSLException _ -> {
                    return encrypted(reason);
                }
                default -> {}
            }
        }
        if (cause instanceof IOException)
            return new Failure(Failure.Kind.AGAIN, "closed the connection before it answered");
        System.getLogger(Unreachable.class.getName()).log(Level.ERROR, "a request could not be made", cause);
        return new Failure(Failure.Kind.FINAL, "could not be reached; see the log");
    }

    /// A certificate error is permanent: no retry.
    private static Failure encrypted(Throwable cause) {
        for (var reason = cause; reason != null; reason = reason.getCause()) {
            switch (reason) {
                case CertificateExpiredException _, CertificateNotYetValidException _ -> {
                    return certificate("that has expired or is not valid yet", "renew it, or set this machine's clock");
                }
                case CertPathBuilderException _, CertPathValidatorException _ -> {
                    return certificate(
                            "that this machine does not trust",
                            "import its issuer into a trust store of Java's and name it: ESPALIER_JAVA_OPTIONS=-Djavax.net.ssl.trustStore=FILE");
                }
                case CertificateException other
                when named(other) -> {
                    return certificate("for another host name", "use the name that the certificate is for");
                }
                default -> {}
            }
        }
        if (String.valueOf(cause.getMessage()).startsWith("Unsupported or unrecognized SSL message"))
            return new Failure(
                    Failure.Kind.FINAL, "does not use encryption", "give its address with http:// instead of https://");
        return new Failure(Failure.Kind.AGAIN, "closed the connection before it answered");
    }

    private static boolean named(Throwable reason) {
        var words = String.valueOf(reason.getMessage());
        return words.startsWith("No name matching") || words.startsWith("No subject alternative");
    }

    private static Failure certificate(String which, String advice) {
        return new Failure(Failure.Kind.FINAL, "has a certificate " + which, advice);
    }
}
