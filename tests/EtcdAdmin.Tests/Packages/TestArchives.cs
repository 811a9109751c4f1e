using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace EtcdAdmin.Tests.Packages;

/// <summary>Makes archives as a release has them, and as an attacker would.</summary>
internal static class TestArchives
{
    /// <summary>A program by its header alone: enough wherever nothing is run.</summary>
    public static byte[] ForeignProgram(byte machine = 22, string text = "")
    {
        byte[] program = new byte[128];
        "\u007fELF"u8.CopyTo(program);
        program[4] = 2; // 64 bits
        program[5] = 2; // big-endian, as s390x is
        program[19] = machine;
        return [.. program, .. Encoding.UTF8.GetBytes(text)];
    }

    /// <summary>The archive of a release for linux-s390x; different text makes a different build.</summary>
    public static byte[] ForeignRelease(string version, string text = "")
    {
        string folder = $"etcd-v{version}-linux-s390x";
        return TarGz(
            Folder(folder),
            FileOf($"{folder}/README.md", "read me"u8.ToArray()),
            FileOf($"{folder}/etcd", ForeignProgram(text: text)),
            FileOf($"{folder}/etcdctl", ForeignProgram(text: "ctl")),
            FileOf($"{folder}/etcdutl", ForeignProgram(text: "utl")));
    }

    public static TarEntry Folder(string name) => new PaxTarEntry(TarEntryType.Directory, name);

    public static TarEntry FileOf(string name, byte[] content) =>
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };

    public static TarEntry Link(TarEntryType type, string name, string target) => new PaxTarEntry(type, name) { LinkName = target };

    public static byte[] Tar(params TarEntry[] entries)
    {
        using var buffer = new MemoryStream();
        using (var writer = new TarWriter(buffer, leaveOpen: true))
        {
            foreach (TarEntry entry in entries) writer.WriteEntry(entry);
        }

        return buffer.ToArray();
    }

    public static byte[] TarGz(params TarEntry[] entries) => Gzip(Tar(entries));

    public static byte[] Gzip(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(content);
        return buffer.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream stream = zip.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return buffer.ToArray();
    }

    /// <summary>A Debian package with the files' archive compressed as its member name says.</summary>
    public static byte[] Deb(string dataMember, byte[] data, string control = "Package: odd")
    {
        using var buffer = new MemoryStream();
        buffer.Write("!<arch>\n"u8);
        Member("debian-binary", "2.0\n"u8.ToArray());
        Member("control.tar.gz", Gzip(Tar(FileOf("./control", Encoding.UTF8.GetBytes(control)))));
        Member(dataMember, data);
        return buffer.ToArray();

        void Member(string name, byte[] content)
        {
            buffer.Write(Encoding.ASCII.GetBytes($"{name,-16}{0,-12}{0,-6}{0,-6}{100644,-8}{content.Length,-10}`\n"));
            buffer.Write(content);
            if (content.Length % 2 == 1) buffer.WriteByte((byte)'\n');
        }
    }

    /// <summary>Compresses with a program of this machine, which .NET has no means for.</summary>
    public static async Task<byte[]> CompressAsync(string program, byte[] content, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, ["-c", "-1"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        using var output = new MemoryStream();
        Task reading = process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
        await process.StandardInput.BaseStream.WriteAsync(content, cancellationToken);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync(cancellationToken);
        return output.ToArray();
    }

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
