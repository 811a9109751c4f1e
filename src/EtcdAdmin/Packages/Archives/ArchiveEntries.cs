using System.Formats.Tar;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages.Archives;

/// <summary>Checks the entries of an archive: which are needed, and which make the archive invalid.</summary>
internal sealed class ArchiveEntries(string archive, ArchiveLimits limits)
{
    // The folders with programs in releases (the top folder, or none) and Debian packages. In other folders a file named etcdctl may be something
    // else, for instance a shell completion.
    private static readonly string[] ProgramFolders = ["usr/bin", "usr/local/bin", "bin"];

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The version and platform in the name of the top folder; nulls without a top folder.</summary>
    public PackageName Name { get; private set; } = new(null, null);

    /// <summary>Accepts an entry or refuses the archive.</summary>
    /// <param name="name">The entry's name in the archive.</param>
    /// <param name="type">The entry's type in the archive.</param>
    /// <param name="linkTarget">The target of a link; null for other entries.</param>
    /// <returns>The file name to write it as; null if the entry is not needed.</returns>
    /// <exception cref="EtcdException">ArchiveInvalid, with the entry.</exception>
    public string? Accept(string name, TarEntryType type, string? linkTarget)
    {
        if (++_count > limits.Entries) throw Refuse($"it has more than {limits.Entries} entries.");
        string path = Normalize(name) ?? throw Refuse($"its entry '{name}' is outside the archive's folder.");
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
                throw Refuse($"its entry '{name}' is not a file, folder or link ({type}).");
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

    private string Take(string file) => _taken.Add(file) ? file : throw Refuse($"it has '{file}' more than once.");

    private void RequireInside(string name, string? linkTarget, string? linkFolder)
    {
        if (linkTarget is null || Normalize(linkTarget, linkFolder) is null)
            throw Refuse($"its entry '{name}' is a link to a path outside the archive's folder.");
    }

    /// <summary>The path within the archive, without dots; null if it is absolute or outside the archive.</summary>
    /// <param name="name">A name, or the target of a link.</param>
    /// <param name="linkFolder">For a symbolic link, its folder: only there ".." is usual.</param>
    private static string? Normalize(string name, string? linkFolder = null)
    {
        // On Windows, backslashes and drive letters can lead out of the folder; valid archives have neither.
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
