package dev.espalier.engine.http.wire;

/// Limits on the bytes of an answer. They follow from the request, so that a server cannot fill the memory.
///
/// @param bytes    of the whole answer
/// @param document of one document in it: documents are held in memory, a stream is not
record Allowance(long bytes, int document) {
    /// For an error message, of which one line is shown.
    static final int ERROR = 64 << 10;
    /// Some public servers list several thousand models.
    static final Allowance LIST = of(8 << 20, 8 << 20);

    private static final int BASE = 1 << 20;
    private static final int MOST = 64 << 20;
    private static final int MOST_DOCUMENT = 16 << 20;
    /// An event of a stream has about 300 bytes beside its token, 600 with log-probabilities.
    private static final int STREAMED_TOKEN = 2048;
    private static final int TOKEN = 512;
    /// Servers repeat a prompt as ids; a reward model returns a row of numbers for each of its tokens.
    private static final int SENT_BYTE = 64;

    private static Allowance of(long bytes, long document) {
        return new Allowance(Math.min(MOST, bytes), (int) Math.min(MOST_DOCUMENT, document));
    }

    /// For `n` texts of at most that many tokens.
    static Allowance texts(long sent, int n, int tokens) {
        return of(BASE + 8 * sent + (long) n * tokens * STREAMED_TOKEN, BASE + 8 * sent + (long) n * tokens * TOKEN);
    }

    /// For token ids or numbers of the sent text.
    static Allowance numbers(long sent) {
        return of(BASE + SENT_BYTE * sent, BASE + SENT_BYTE * sent);
    }

    static String words(long bytes) {
        return bytes >= 1 << 20 ? (bytes >> 20) + " MB" : (bytes >> 10) + " KB";
    }
}
