package dev.espalier.engine.format;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Messages of protocol buffers, the format of ONNX files, read where they lie and written field by field.
public final class Proto {
    /// Names have some hundred bytes, lists of lengths some dozen numbers, messages some thousand fields: what is far beyond is damaged, and would take a hundred times its memory.
    private static final int LONGEST_TEXT = 1 << 20;
    private static final int MOST_FIELDS = 1_000_000;

    private Proto() {}

    /// A field of a message: a number, or the bytes of what is inside.
    public record Field(int number, long value, MemorySegment bytes) {
        /// @throws IndexOutOfBoundsException where it is longer than any name
        public String text() {
            if (bytes.byteSize() > LONGEST_TEXT) throw new IndexOutOfBoundsException("a name that is too long");
            return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        }

        public float real() {
            return bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
        }

        /// A repeated number stands alone or packed.
        public List<Long> numbers() {
            if (bytes.byteSize() == 0) return List.of(value);
            if (bytes.byteSize() > LONGEST_TEXT) throw new IndexOutOfBoundsException("a list of numbers that is too long");
            var found = new ArrayList<Long>();
            var in = new Cursor(bytes);
            while (in.more()) found.add(in.varint());
            return found;
        }
    }

    private static final class Cursor {
        private final MemorySegment bytes;
        private long at;

        Cursor(MemorySegment bytes) {
            this.bytes = bytes;
        }

        boolean more() {
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

    /// The fields in their order; nothing is copied.
    ///
    /// @throws IndexOutOfBoundsException where the bytes end too early or are no message
    public static List<Field> fields(MemorySegment bytes) {
        var fields = new ArrayList<Field>();
        var in = new Cursor(bytes);
        while (in.more()) {
            long key = in.varint();
            int number = (int) (key >>> 3);
            if (number == 0 || fields.size() == MOST_FIELDS) throw new IndexOutOfBoundsException("no message, or more fields than any graph has");
            fields.add(switch ((int) (key & 7)) {
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

    /// A message that is being written.
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
