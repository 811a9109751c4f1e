using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.PowerShell;

/// <summary>
/// The saved clusters that a session has used so far. A cluster object holds connections, so each cluster has one object, however
/// often it is named. A new object is created only when the profile has changed.
/// </summary>
internal sealed class SessionClusters
{
    // By runspace, so that runspaces of one process share nothing; weak, so that each is released with its runspace.
    private static readonly ConditionalWeakTable<Runspace, ConcurrentDictionary<string, Known>> BySession = [];

    private readonly ProfileStore _profiles;
    private readonly ConcurrentDictionary<string, Known> _known;

    private SessionClusters(ProfileStore profiles, ConcurrentDictionary<string, Known> known)
    {
        _profiles = profiles;
        _known = known;
    }

    /// <summary>The clusters of the current runspace. Call it on the pipeline thread.</summary>
    public static SessionClusters Current(ProfileStore profiles) => new(
        profiles,
        Runspace.DefaultRunspace is { } runspace ? BySession.GetOrCreateValue(runspace) : []);

    /// <summary>
    /// The cluster of that name as it is saved now. Faults in its profile are reported when the profile is read, not each time
    /// the cluster is named.
    /// </summary>
    /// <exception cref="EtcdException">ClusterNotFound, ProfileInvalid, CertificateInvalid.</exception>
    public async Task<EtcdCluster> LoadAsync(string name, IProgress<EtcdEvent>? events, CancellationToken stop)
    {
        // Taken before the profile is read: if it is saved in between, it is only read once more the next time.
        DateTime? savedAt = _profiles.SavedAt(name);
        string folder = _profiles.Folder(name); // the name alone would mix clusters of two home folders
        if (_known.TryGetValue(folder, out Known? known) && known.SavedAt == savedAt) return known.Cluster;
        EtcdCluster cluster = await _profiles.LoadAsync(name, events, stop).ConfigureAwait(false);
        _known[folder] = new Known(savedAt, cluster);
        return cluster;
    }

    private sealed record Known(DateTime? SavedAt, EtcdCluster Cluster);
}
