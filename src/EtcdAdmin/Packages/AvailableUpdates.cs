using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;

namespace EtcdAdmin.Packages;

/// <summary>
/// Tells which newer patch versions are available for clusters: in the package cache, installed for clusters on this machine, or offered by the
/// network when it was last asked. Nothing is downloaded or updated.
/// </summary>
/// <param name="home">The home with the package cache.</param>
public sealed class AvailableUpdates(EtcdAdminHome home)
{
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(15);

    private readonly HashSet<VersionRequest> _asked = [];
    private IReadOnlyList<(EtcdVersion Version, string Platform)>? _known;

    /// <summary>The cluster with its available update, from what this machine knows. The network is not used.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<EtcdCluster> ShowAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (VersionOf(cluster) is not { } version) return cluster;
        _known ??= await ReadAsync(cancellationToken).ConfigureAwait(false);
        bool isHere = IsHere(cluster);
        // The processors of hosts are not in the profile.
        EtcdVersion[] newer =
        [
            .. _known.Where(
                entry => isHere ? entry.Platform == EtcdPlatform.Current.ToString() : entry.Platform.StartsWith("linux-", StringComparison.Ordinal))
                .Select(entry => entry.Version)
                .Where(other => (other.Major, other.Minor) == (version.Major, version.Minor) && other.PreRelease is null && other > version),
        ];
        return cluster.WithUpdate(newer.Length == 0 ? null : newer.Max());
    }

    /// <summary>Asks the sources on the network for newer patch versions of a cluster, and remembers the answers.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="events">Receives progress, and a warning if no source answers; may be null.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task AskAsync(EtcdCluster cluster, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (VersionOf(cluster) is not { } version) return;
        VersionRequest line = VersionRequest.Parse(string.Create(CultureInfo.InvariantCulture, $"{version.Major}.{version.Minor}"));
        if (!_asked.Add(line)) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AskLimit);
        try
        {
            var request = new PackageRequest
            {
                Version = line,
                Platform = IsHere(cluster) ? EtcdPlatform.Current : EtcdPlatform.ForLinux(EtcdPlatform.Current.Architecture),
                Sources = [PackageSource.Release, PackageSource.Apt],
            };
            await new PackageResolver(home).ListAsync(request, events, limit.Token).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.PackageNotFound)
        {
            events.Warning($"Newer versions of etcd {line} could not be looked up: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            events.Warning(string.Create(CultureInfo.InvariantCulture,
                $"Newer versions of etcd {line} could not be looked up: the package sources did not answer within {AskLimit.TotalSeconds} s."));
        }

        _known = null;
    }

    // While an update is unfinished, the oldest member counts. Packages of a distribution are updated by the distribution.
    private static EtcdVersion? VersionOf(EtcdCluster cluster) =>
        cluster.Spec is { } spec && spec.Members.All(member => member.Adopted is null)
            ? spec.Members.Select(spec.VersionOf).Min()
            : null;

    private static bool IsHere(EtcdCluster cluster) =>
        cluster.RequireSpec().Members.All(member => (member.Connection ?? HostConnection.Local).IsLocal);

    private async Task<IReadOnlyList<(EtcdVersion Version, string Platform)>> ReadAsync(CancellationToken cancellationToken)
    {
        var found = new List<(EtcdVersion, string)>();
        foreach ((_, var manifest) in await new PackageCache(home.PackagesPath).ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (EtcdVersion.TryParse(manifest.Version, out EtcdVersion version)) found.Add((version, manifest.Platform.ToString()));
        }

        IReadOnlyList<PackageCandidate> installed = await new InstalledSource(home)
            .FindAsync(VersionRequest.Newest, EtcdPlatform.Current, null, cancellationToken).ConfigureAwait(false);
        found.AddRange(installed.Select(candidate => (candidate.Version, candidate.Platform.ToString())));
        found.AddRange(await new KnownVersions(home.PackagesPath).ReadAsync(cancellationToken).ConfigureAwait(false));
        return found;
    }
}
