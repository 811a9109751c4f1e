using System.Buffers.Binary;

namespace EtcdAdmin.Packages.Names;

/// <summary>Reads the platform of a program from its first bytes, without running it.</summary>
/// <remarks>Sources: ELF-64 object file format (e_machine), Mach-O loader.h (cputype), PE/COFF specification (Machine).</remarks>
internal static class BinaryHeader
{
    private const uint MachO64 = 0xFEEDFACF;

    /// <summary>The platform; null if the file is not a program of a known format.</summary>
    public static async Task<EtcdPlatform?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        byte[] head = new byte[4096];
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        await using (stream.ConfigureAwait(false))
        {
            int length = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return Read(head.AsSpan(0, length));
        }
    }

    public static EtcdPlatform? Read(ReadOnlySpan<byte> head)
    {
        if (head.Length < 64) return null;
        if (head.StartsWith("\u007fELF"u8)) return new EtcdPlatform("linux", ElfMachine(head));
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) == MachO64) return new EtcdPlatform("darwin", MachOMachine(head));
        return head.StartsWith("MZ"u8) ? ReadPe(head) : null;
    }

    private static string ElfMachine(ReadOnlySpan<byte> head)
    {
        const byte bigEndian = 2; // EI_DATA
        bool isBig = head[5] == bigEndian;
        ushort machine = isBig ? BinaryPrimitives.ReadUInt16BigEndian(head[18..]) : BinaryPrimitives.ReadUInt16LittleEndian(head[18..]);
        return machine switch
        {
            3 => "386",
            21 => isBig ? "ppc64" : "ppc64le",
            22 => "s390x",
            40 => "arm",
            62 => "amd64",
            183 => "arm64",
            243 => "riscv64",
            _ => $"unknown{machine}",
        };
    }

    private static string MachOMachine(ReadOnlySpan<byte> head) => BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) switch
    {
        0x01000007 => "amd64",
        0x0100000C => "arm64",
        uint other => $"unknown{other}",
    };

    private static EtcdPlatform? ReadPe(ReadOnlySpan<byte> head)
    {
        int offset = BinaryPrimitives.ReadInt32LittleEndian(head[0x3C..]);
        if (offset < 0 || offset > head.Length - 6 || !head[offset..].StartsWith("PE\0\0"u8)) return null;
        return new EtcdPlatform("windows", BinaryPrimitives.ReadUInt16LittleEndian(head[(offset + 4)..]) switch
        {
            0x8664 => "amd64",
            0xAA64 => "arm64",
            0x014C => "386",
            ushort other => $"unknown{other}",
        });
    }
}
