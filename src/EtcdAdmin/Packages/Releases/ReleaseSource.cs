using EtcdAdmin.Events;
using EtcdAdmin.Packages.Archives;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Releases;

/// <summary>Offers releases in the layout of the project's downloads, verified with their SHA256SUMS.</summary>
internal sealed class ReleaseSource : IPackageSource
{
    private readonly Uri _baseUrl;
    private readonly PackageCache _cache;
    private readonly DownloadLimits _limits;

    public ReleaseSource(Uri baseUrl, PackageCache cache, DownloadLimits? limits = null)
    {
        if (!baseUrl.IsAbsoluteUri || (baseUrl.Scheme != Uri.UriSchemeHttps && baseUrl.Scheme != Uri.UriSchemeHttp))
            throw new ArgumentException($"The base URL '{baseUrl}' does not start with https:// or http://.", nameof(baseUrl));

        // Without the slash a relative address would replace the last segment.
        _baseUrl = baseUrl.AbsoluteUri.EndsWith('/') ? baseUrl : new Uri(baseUrl.AbsoluteUri + "/");
        _cache = cache;
        _limits = limits ?? DownloadLimits.Default;
    }

    /// <summary>The URL of the etcd project's releases.</summary>
    public static Uri ProjectUrl { get; } = new("https://github.com/etcd-io/etcd/releases/download/");

    public PackageSource Kind => PackageSource.Release;

    public async Task<IReadOnlyList<PackageCandidate>> FindAsync(VersionRequest version, EtcdPlatform platform,
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        // An exact version needs no listing, which a mirror may not have; the download shows whether it exists.
        if (version.Exact is { } exact) return [CandidateOf(exact, platform)];
        using var http = new ReleaseHttp(_limits);
        IReadOnlyList<EtcdVersion> versions = await ReleaseListing.ReadAsync(http, _baseUrl, version, cancellationToken)
            .ConfigureAwait(false);
        return [.. versions.Select(v => CandidateOf(v, platform))];
    }

    /// <summary>Like <see cref="FindAsync"/>, but an exact version is checked: whether its checksums list an archive for this platform.</summary>
    public async Task<IReadOnlyList<PackageCandidate>> CheckAsync(VersionRequest version, EtcdPlatform platform, CancellationToken cancellationToken)
    {
        if (version.Exact is not { } exact) return await FindAsync(version, platform, null, cancellationToken).ConfigureAwait(false);
        PackageCandidate candidate = CandidateOf(exact, platform);
        using var http = new ReleaseHttp(_limits);
        await ReadChecksumAsync(http, new Uri(candidate.Location), PackageName.ForRelease(exact, platform), cancellationToken).ConfigureAwait(false);
        return [candidate];
    }

    public async Task<EtcdPackage> GetAsync(PackageCandidate candidate, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        string fileName = PackageName.ForRelease(candidate.Version, candidate.Platform);
        var address = new Uri(candidate.Location);
        using var http = new ReleaseHttp(_limits);
        string sha256 = await ReadChecksumAsync(http, address, fileName, cancellationToken).ConfigureAwait(false);
        FileHash.Require(address.AbsoluteUri, candidate.ExpectedSha256, sha256);

        using IDisposable held = await _cache.LockAsync($"{candidate.Version}-{candidate.Platform}", events, cancellationToken)
            .ConfigureAwait(false);
        if (await _cache.FindAsync(sha256, candidate.Platform, cancellationToken).ConfigureAwait(false) is { } present) return present;
        var download = new ResumableDownload(http, address, Path.Combine(_cache.Root, ".downloads"), sha256);
        string archive = await download.RunAsync(fileName, events, cancellationToken).ConfigureAwait(false);
        try
        {
            var origin = new PackageOrigin(Kind, candidate.Location, sha256, candidate.Platform, candidate.Version);
            return await _cache.AddAsync(origin, async folder =>
                (await ArchiveOpener.OpenAsync(archive, folder, cancellationToken).ConfigureAwait(false)).Name, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            File.Delete(archive);
        }
    }

    private static async Task<string> ReadChecksumAsync(ReleaseHttp http, Uri address, string fileName,
        CancellationToken cancellationToken)
    {
        var sums = new Uri(address, "SHA256SUMS");
        (string list, _) = await http.GetTextAsync(sums, cancellationToken).ConfigureAwait(false)
            ?? throw PackageErrors.NotFound($"{sums} does not exist, so a download cannot be verified.", sums);
        return ChecksumList.Find(list, fileName)
            ?? throw PackageErrors.NotFound($"{sums} does not list {fileName}.", sums);
    }

    private PackageCandidate CandidateOf(EtcdVersion version, EtcdPlatform platform) => new(version, platform, Kind,
        new Uri(_baseUrl, $"v{version}/{PackageName.ForRelease(version, platform)}").AbsoluteUri);
}

/// <summary>A checksum file in the format of <c>sha256sum</c>: a hash, a space, a space or an asterisk, a file name.</summary>
internal static class ChecksumList
{
    private const int HashLength = 64;

    /// <summary>The hash of a file in lower case; null if the list does not contain it.</summary>
    public static string? Find(string list, string fileName)
    {
        foreach (string line in list.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Length <= HashLength + 1 || line[HashLength] is not (' ' or '\t')) continue;
            string name = line[HashLength..].TrimStart(' ', '\t', '*');
            if (name.StartsWith("./", StringComparison.Ordinal)) name = name[2..];
            if (name == fileName && line.Take(HashLength).All(char.IsAsciiHexDigit))
                return line[..HashLength].ToLowerInvariant();
        }

        return null;
    }
}
