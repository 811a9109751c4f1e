using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Archives;

/// <summary>Reads a Debian package: an <c>ar</c> archive with <c>control.tar.*</c>, which describes the package, and <c>data.tar.*</c> with its
/// files.</summary>
/// <remarks>Source: deb(5) and ar(5). .NET reads only gzip; xz and zstd are left to the system's tools.</remarks>
internal static class DebArchive
{
    public const string Control = "control.tar";
    public const string Data = "data.tar";

    private const int HeaderSize = 60;

    /// <summary>Passes the plain tar stream of a part to <paramref name="read"/>.</summary>
    /// <param name="deb">The package; read from its start.</param>
    /// <param name="archive">Its path.</param>
    /// <param name="member"><see cref="Control"/> or <see cref="Data"/>.</param>
    /// <param name="read">Reads the stream.</param>
    /// <param name="cancellationToken">Ends the decompressing tool.</param>
    /// <exception cref="EtcdException">ArchiveInvalid; HostCommandFailed: this machine has no tool to decompress it.</exception>
    public static async Task ReadAsync(FileStream deb, string archive, string member, Func<Stream, Task> read,
        CancellationToken cancellationToken)
    {
        (string name, long length) = await SeekAsync(deb, archive, member, cancellationToken).ConfigureAwait(false);
        var data = new SliceStream(deb, length);
        await using (data.ConfigureAwait(false))
        {
            switch (name[member.Length..])
            {
                case "":
                    await read(data).ConfigureAwait(false);
                    break;
                case ".gz":
                    var plain = new GZipStream(data, CompressionMode.Decompress);
                    await using (plain.ConfigureAwait(false))
                    {
                        await read(plain).ConfigureAwait(false);
                    }

                    break;
                case ".xz" or ".zst":
                    ProcessCommand tool = Decompressor(name, archive, data);
                    await ReadThroughAsync(tool, archive, read, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    throw PackageErrors.ArchiveInvalid(archive, $"its compression is not supported ({name}).");
            }
        }
    }

    private static async Task<(string Name, long Length)> SeekAsync(FileStream deb, string archive, string member,
        CancellationToken cancellationToken)
    {
        deb.Position = 0;
        byte[] magic = new byte[8];
        await deb.ReadExactlyAsync(magic, cancellationToken).ConfigureAwait(false);
        if (!magic.AsSpan().SequenceEqual("!<arch>\n"u8)) throw PackageErrors.ArchiveInvalid(archive, "it is not a Debian package.");
        byte[] header = new byte[HeaderSize];
        while (deb.Position + HeaderSize <= deb.Length)
        {
            await deb.ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
            string name = Encoding.ASCII.GetString(header, 0, 16).TrimEnd(' ').TrimEnd('/');
            string size = Encoding.ASCII.GetString(header, 48, 10).TrimEnd(' ');
            if (!long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long length)
                || length > deb.Length - deb.Position)
            {
                break;
            }

            if (name.StartsWith(member, StringComparison.Ordinal)) return (name, length);
            deb.Position += length + (length & 1); // parts start at even offsets
        }

        throw PackageErrors.ArchiveInvalid(archive, "it is cut off, or not a Debian package.");
    }

    private static ProcessCommand Decompressor(string name, string archive, Stream data)
    {
        string tool = name.EndsWith(".xz", StringComparison.Ordinal) ? "xz" : "zstd";
        if (ProgramPath.Find(tool) is { } decompressor)
            return new ProcessCommand(decompressor, ["-d", "-c"]) { StandardInput = data };
        // A minimal Debian has no xz program, but its dpkg can decompress.
        if (ProgramPath.Find("dpkg-deb") is { } dpkg)
        {
            string extract = name.StartsWith(Control, StringComparison.Ordinal) ? "--ctrl-tarfile" : "--fsys-tarfile";
            return new ProcessCommand(dpkg, [extract, Path.GetFullPath(archive)]);
        }

        throw new EtcdException(EtcdErrorIds.HostCommandFailed,
            $"'{archive}' cannot be unpacked on this machine: PATH has neither {tool} nor dpkg-deb.")
        {
            Target = archive,
            NextStep = $"Install {tool}, or use a release archive (.tar.gz).",
        };
    }

    private static async Task ReadThroughAsync(ProcessCommand tool, string archive, Func<Stream, Task> read,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe();
        Task<ProcessResult> run = RunAsync(tool, pipe.Writer, stop.Token);
        try
        {
            await read(pipe.Reader.AsStream()).ConfigureAwait(false);
        }
        catch
        {
            // The reader's own error is reported; the tool must end first, because it reads the caller's file.
            await stop.CancelAsync().ConfigureAwait(false);
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }

        ProcessResult result = await run.ConfigureAwait(false);
        if (result.ExitCode != 0)
            throw PackageErrors.ArchiveInvalid(archive, $"it cannot be decompressed: {result.Error.Trim()}");
    }

    private static async Task<ProcessResult> RunAsync(ProcessCommand tool, PipeWriter writer, CancellationToken cancellationToken)
    {
        // Completed without the error: the reader sees an early end, and the code that awaits this task sees the cause.
        try
        {
            return await ProcessRunner.RunAsync(tool with { StandardOutput = writer.AsStream() }, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            await writer.CompleteAsync().ConfigureAwait(false);
        }
    }
}

/// <summary>Reads the next bytes of another stream up to a given number.</summary>
internal sealed class SliceStream(Stream inner, long length) : ReadingStream
{
    private long _left = length;

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken).ConfigureAwait(false);
        _left -= read;
        return read;
    }
}
