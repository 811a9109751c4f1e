using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Sources;

/// <summary>Remembers the newest patch versions that sources on the network offered, so that they can be shown without asking again.</summary>
/// <param name="root">The folder of the package cache.</param>
internal sealed class KnownVersions(string root)
{
    private string FilePath => Path.Combine(root, ".known-versions");

    /// <summary>The remembered versions; none if the file is missing or unreadable, because they are only a hint.</summary>
    public async Task<IReadOnlyList<(EtcdVersion Version, string Platform)>> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!File.Exists(FilePath)) return [];
            string[] lines = await File.ReadAllLinesAsync(FilePath, cancellationToken).ConfigureAwait(false);
            return [.. lines.Select(line => line.Split(' ')).Where(parts => parts.Length == 2)
                .Select(parts => (Parsed: EtcdVersion.TryParse(parts[0], out EtcdVersion version), Version: version, Platform: parts[1]))
                .Where(entry => entry.Parsed).Select(entry => (entry.Version, entry.Platform))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Adds the newest of each minor version.</summary>
    /// <param name="offers">What a source offers.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public async Task AddAsync(IEnumerable<PackageCandidate> offers, CancellationToken cancellationToken)
    {
        IReadOnlyList<(EtcdVersion Version, string Platform)> known = await ReadAsync(cancellationToken).ConfigureAwait(false);
        (EtcdVersion Version, string Platform)[] all =
        [
            .. known
                .Concat(offers.Where(offer => offer.Version.PreRelease is null).Select(offer => (offer.Version, Platform: offer.Platform.ToString())))
                .GroupBy(entry => (entry.Version.Major, entry.Version.Minor, entry.Platform))
                .Select(line => line.MaxBy(entry => entry.Version))
                .OrderBy(entry => entry.Platform, StringComparer.Ordinal).ThenBy(entry => entry.Version),
        ];
        if (all.SequenceEqual(known)) return;
        try
        {
            Directory.CreateDirectory(root);
            string text = string.Concat(all.Select(entry => $"{entry.Version} {entry.Platform}\n"));
            await AtomicFile.WriteAsync(FilePath, Encoding.UTF8.GetBytes(text), AtomicFile.Public, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EtcdException or IOException or UnauthorizedAccessException)
        {
            // Only a hint: the search for a package must not fail because of it.
        }
    }
}
