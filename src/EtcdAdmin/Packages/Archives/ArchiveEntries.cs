using System.Formats.Tar;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages.Archives;

/// <summary>Judges the entries of one archive: which are wanted, and which make the whole archive unacceptable.</summary>
internal sealed class ArchiveEntries(string archive, ArchiveLimits limits)
{
    // Where releases (their top folder, or none) and Debian packages keep programs. Elsewhere a file called etcdctl may be
    // something else, a shell completion for instance.
    private static readonly string[] ProgramFolders = ["usr/bin", "usr/local/bin", "bin"];

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>What the top folder is named after; says nothing where the programs lie in none.</summary>
    public PackageName Name { get; private set; } = new(null, null);

    /// <summary>Accepts an entry or refuses the archive.</summary>
    /// <param name="name">As the archive has it.</param>
    /// <param name="type">As the archive has it.</param>
    /// <param name="linkTarget">Where a link leads; null for anything else.</param>
    /// <returns>The file name to write it as; null where the entry is not wanted.</returns>
    /// <exception cref="EtcdException">ArchiveInvalid, naming the entry.</exception>
    public string? Accept(string name, TarEntryType type, string? linkTarget)
    {
        if (++_count > limits.Entries) throw Refuse($"it holds more than {limits.Entries} entries.");
        string path = Normalize(name) ?? throw Refuse($"its entry '{name}' lies outside the archive's folder.");
        switch (type)
        {
            case TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes:
                return null;
            case TarEntryType.SymbolicLink:
                RequireInside(name, linkTarget, Path.GetDirectoryName(path) ?? "");
                return null;
            case TarEntryType.HardLink:
                RequireInside(name, linkTarget, linkFolder: null);
                return null;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                return Wanted(path);
            default:
                throw Refuse($"its entry '{name}' is neither file, folder nor link ({type}).");
        }
    }

    private string? Wanted(string path)
    {
        int slash = path.LastIndexOf('/');
        string folder = slash < 0 ? "" : path[..slash];
        string file = path[(slash + 1)..];
        if (file == PackageManifest.FileName && !folder.Contains('/')) return Take(file);
        string program = file.EndsWith(".exe", StringComparison.Ordinal) ? file[..^4] : file;
        if (!ProgramSet.Names.Contains(program) || (folder.Contains('/') && !ProgramFolders.Contains(folder))) return null;
        if (program == "etcd") Name = PackageName.Parse(folder);
        return Take(file);
    }

    private string Take(string file) => _taken.Add(file) ? file : throw Refuse($"it holds '{file}' more than once.");

    private void RequireInside(string name, string? linkTarget, string? linkFolder)
    {
        if (linkTarget is null || Normalize(linkTarget, linkFolder) is null)
            throw Refuse($"its entry '{name}' is a link that leads outside the archive's folder.");
    }

    /// <summary>The path within the archive, without dots; null where it is absolute or leaves the archive.</summary>
    /// <param name="name">A name, or where a link leads.</param>
    /// <param name="linkFolder">For a symbolic link the folder it lies in: there, and only there, ".." is usual.</param>
    private static string? Normalize(string name, string? linkFolder = null)
    {
        // Backslashes and drive letters mean a way out on Windows, and in no honest archive anything at all.
        if (name.Length == 0 || name[0] == '/' || name.AsSpan().IndexOfAny('\\', ':', '\0') >= 0) return null;
        List<string> parts = [.. (linkFolder ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries)];
        foreach (string part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part != "..")
            {
                parts.Add(part);
                continue;
            }

            if (linkFolder is null || parts.Count == 0) return null;
            parts.RemoveAt(parts.Count - 1);
        }

        return string.Join('/', parts);
    }

    private EtcdException Refuse(string reason) => PackageErrors.ArchiveInvalid(archive, reason);
}
