using System.Formats.Tar;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Archives;

/// <summary>Reads the description of a Debian package.</summary>
/// <remarks>Source: deb(5), deb-control(5): <c>control.tar.*</c> has the file <c>control</c>, with one field per line.</remarks>
internal static class DebControl
{
    // The fields of a package, including its description, take a few kilobytes.
    private const int MaxLength = 1 << 20;

    /// <summary>Version and platform; null for a field that is missing or not like that of etcd's packages.</summary>
    /// <exception cref="EtcdException">ArchiveInvalid; HostCommandFailed: this machine has no tool to decompress it.</exception>
    public static async Task<PackageName> ReadAsync(FileStream deb, string archive, CancellationToken cancellationToken)
    {
        string control = "";
        await DebArchive.ReadAsync(deb, archive, "control.tar", async tar => control = await FindAsync(tar, archive, cancellationToken)
            .ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return Parse(control);
    }

    internal static PackageName Parse(string control)
    {
        string? version = Field(control, "Version");
        string? architecture = Field(control, "Architecture");
        return new PackageName(
            version is null ? null : DebianVersion.Upstream(version),
            architecture is null or "all" ? null : new EtcdPlatform("linux", DebianVersion.FromDebian(architecture)));
    }

    private static string? Field(string control, string name) => control.Split('\n')
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault(value => value.Length > 0);

    private static async Task<string> FindAsync(Stream tar, string archive, CancellationToken cancellationToken)
    {
        string text = "";
        var limited = new LimitedStream(tar, MaxLength, () => PackageErrors.TooLarge(archive, MaxLength));
        await using (limited.ConfigureAwait(false))
        {
            var reader = new TarReader(limited, leaveOpen: true);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
                {
                    if (entry.Name is not ("./control" or "control") || entry.DataStream is null) continue;
                    using var content = new StreamReader(entry.DataStream, Encoding.UTF8, leaveOpen: true);
                    text = await content.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            // Read to the end, so that the decompressing tool is not interrupted.
            await limited.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }

        return text;
    }
}
