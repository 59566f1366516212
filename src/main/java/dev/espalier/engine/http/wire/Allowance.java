package dev.espalier.engine.http.wire;

/// How many bytes of an answer are read. What was asked for sets it, so that a server cannot fill the memory.
///
/// @param bytes    of the whole answer
/// @param document of one document in it: documents are held in memory, a stream is not
record Allowance(long bytes, int document) {
    /// Of an error, of which one line is shown.
    static final int ERROR = 64 << 10;
    /// Some public servers list several thousand models.
    static final Allowance LIST = of(8 << 20, 8 << 20);

    private static final int BASE = 1 << 20;
    private static final int MOST = 64 << 20;
    private static final int MOST_DOCUMENT = 16 << 20;
    /// An event of a stream holds about 300 bytes beside its token, with log-probabilities 600.
    private static final int STREAMED_TOKEN = 2048;
    private static final int TOKEN = 512;
    /// Servers repeat a prompt as ids. A reward model gives a row of numbers for each token of it.
    private static final int SENT_BYTE = 64;

    private static Allowance of(long bytes, long document) {
        return new Allowance(Math.min(MOST, bytes), (int) Math.min(MOST_DOCUMENT, document));
    }

    /// For `n` texts of so many tokens at most.
    static Allowance texts(long sent, int n, int tokens) {
        return of(BASE + 8 * sent + (long) n * tokens * STREAMED_TOKEN, BASE + 8 * sent + (long) n * tokens * TOKEN);
    }

    /// For token ids or numbers of what was sent.
    static Allowance numbers(long sent) {
        return of(BASE + SENT_BYTE * sent, BASE + SENT_BYTE * sent);
    }

    static String words(long bytes) {
        return bytes >= 1 << 20 ? (bytes >> 20) + " MB" : (bytes >> 10) + " KB";
    }
}
