package dev.facefuse.function.storage;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Whether an address belongs to the public internet. These do not: addresses that IANA's special-purpose registries (RFC 6890 and its
 * successors, 2025) do not call globally reachable, multicast and reserved addresses, IPv6 addresses that embed an IPv4 address, and
 * the address at which virtual machines of Azure reach their host.
 */
final class PublicAddress {
    private static final List<Block> CLOSED_IPV4 = List.of(
            Block.of(8, 0), // "this network"
            Block.of(8, 10), // private
            Block.of(10, 100, 64), // carrier-grade NAT
            Block.of(8, 127), // loopback
            Block.of(16, 169, 254), // link-local, and most clouds' metadata
            Block.of(12, 172, 16), // private
            Block.of(24, 192, 0, 0), // IETF protocol assignments
            Block.of(24, 192, 0, 2), // documentation
            Block.of(24, 192, 31, 196), // AS112
            Block.of(24, 192, 52, 193), // AMT relays
            Block.of(24, 192, 88, 99), // 6to4 relays
            Block.of(16, 192, 168), // private
            Block.of(24, 192, 175, 48), // AS112
            Block.of(15, 198, 18), // benchmarks
            Block.of(24, 198, 51, 100), // documentation
            Block.of(24, 203, 0, 113), // documentation
            Block.of(32, 168, 63, 129, 16), // Azure's host
            Block.of(3, 224)); // multicast and reserved

    private static final Block GLOBAL_IPV6 = Block.of(3, 0x20);
    private static final List<Block> CLOSED_IPV6 = List.of(
            Block.of(23, 0x20, 0x01), // IETF protocol assignments; Teredo, ORCHID
            Block.of(32, 0x20, 0x01, 0x0d, 0xb8), // documentation
            Block.of(16, 0x20, 0x02), // 6to4
            Block.of(48, 0x26, 0x20, 0x00, 0x4f, 0x80, 0x00), // AS112
            Block.of(20, 0x3f, 0xff)); // documentation

    private PublicAddress() {}

    static boolean is(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return CLOSED_IPV4.stream().noneMatch(block -> block.holds(bytes));
        }
        return GLOBAL_IPV6.holds(bytes)
                && CLOSED_IPV6.stream().noneMatch(block -> block.holds(bytes))
                && !isIsatap(bytes);
    }

    /** RFC 5214: the lower half is {@code 00-00-5E-FE} or {@code 02-00-5E-FE} followed by an IPv4 address. */
    private static boolean isIsatap(byte[] bytes) {
        return (bytes[8] & ~2) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && (bytes[11] & 0xff) == 0xfe;
    }

    /**
     * A block of addresses with a common prefix.
     *
     * @param length of the prefix, in bits
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Block(int length, byte[] start) {

        /** Omitted bytes are 0. */
        static Block of(int length, int... start) {
            byte[] bytes = new byte[16];
            for (int i = 0; i < start.length; i++) {
                bytes[i] = (byte) start[i];
            }
            return new Block(length, bytes);
        }

        boolean holds(byte[] address) {
            for (int bit = 0; bit < length; bit += Byte.SIZE) {
                int mask = 0xff << Math.max(0, Byte.SIZE - (length - bit)) & 0xff;
                int i = bit / Byte.SIZE;
                if ((address[i] & mask) != (start[i] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
