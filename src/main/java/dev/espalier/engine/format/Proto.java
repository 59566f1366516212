package dev.espalier.engine.format;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads and writes messages of protocol buffers, the format of ONNX files. Reading does not copy bytes.
public final class Proto {
    /// Names have at most a few hundred bytes, lists of dimensions a few dozen numbers, messages a few thousand
    /// fields. A file far beyond that is damaged, and reading it would take a hundred times its size in memory.
    private static final int MAX_TEXT_BYTES = 1 << 20;
    private static final int MAX_FIELDS = 1_000_000;

    private Proto() {}

    /// A field of a message: a number, or the bytes of its content.
    public record Field(int number, long value, MemorySegment bytes) {
        /// @throws IndexOutOfBoundsException if the text is longer than 1 MiB
        public String text() {
            if (bytes.byteSize() > MAX_TEXT_BYTES) throw new IndexOutOfBoundsException("a name that is too long");
            return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        }

        public float real() {
            return bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
        }

        /// The values of a repeated integer field, packed or not.
        public List<Long> numbers() {
            if (bytes.byteSize() == 0) return List.of(value);
            if (bytes.byteSize() > MAX_TEXT_BYTES)
                throw new IndexOutOfBoundsException("a list of numbers that is too long");
            var found = new ArrayList<Long>();
            var in = new Cursor(bytes);
            while (in.hasMore()) found.add(in.varint());
            return found;
        }
    }

    private static final class Cursor {
        private final MemorySegment bytes;
        private long at;

        Cursor(MemorySegment bytes) {
            this.bytes = bytes;
        }

        boolean hasMore() {
            return at < bytes.byteSize();
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte b = bytes.get(ValueLayout.JAVA_BYTE, at++);
                value |= (long) (b & 0x7F) << shift;
                if (b >= 0) return value;
            }
            throw new IndexOutOfBoundsException("a number that does not end");
        }

        MemorySegment take(long length) {
            var part = bytes.asSlice(at, length);
            at += length;
            return part;
        }
    }

    /// The fields in file order, as views of the bytes.
    ///
    /// @throws IndexOutOfBoundsException if the bytes are truncated or not a message
    public static List<Field> fields(MemorySegment bytes) {
        var fields = new ArrayList<Field>();
        var in = new Cursor(bytes);
        while (in.hasMore()) {
            long key = in.varint();
            int number = (int) (key >>> 3);
            if (number == 0 || fields.size() == MAX_FIELDS)
                throw new IndexOutOfBoundsException("not a message, or too many fields");
            fields.add(
                    switch ((int) (key & 7)) {
                        case 0 -> new Field(number, in.varint(), MemorySegment.NULL);
                        case 1 -> new Field(number, 0, in.take(8));
                        case 2 -> new Field(number, 0, in.take(in.varint()));
                        case 5 -> new Field(number, 0, in.take(4));
                        default -> throw new IndexOutOfBoundsException("an unknown kind of field");
                    });
        }
        return fields;
    }

    public static Optional<Field> first(List<Field> fields, int number) {
        return fields.stream().filter(field -> field.number == number).findFirst();
    }

    /// A message under construction.
    public static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        public Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        public Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        public Message message(int field, Message value) {
            return bytes(field, value.toBytes());
        }

        public Message bytes(int field, byte[] value) {
            varint((long) field << 3 | 2);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        public Message bytes(int field, MemorySegment value) {
            return bytes(field, value.toArray(ValueLayout.JAVA_BYTE));
        }

        public Message real(int field, float value) {
            varint((long) field << 3 | 5);
            int bits = Float.floatToRawIntBits(value);
            for (int shift = 0; shift < 32; shift += 8) out.write(bits >>> shift);
            return this;
        }

        private void varint(long value) {
            for (; (value & ~0x7fL) != 0; value >>>= 7) out.write((int) (value & 0x7f | 0x80));
            out.write((int) value);
        }

        public byte[] toBytes() {
            return out.toByteArray();
        }
    }
}
