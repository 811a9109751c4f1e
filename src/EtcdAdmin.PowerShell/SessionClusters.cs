using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.PowerShell;

/// <summary>
/// The saved clusters that a session has named so far. A cluster object holds connections, so naming a cluster a thousand times
/// must not make a thousand objects; one is made anew only when the profile was saved again.
/// </summary>
internal sealed class SessionClusters
{
    // By runspace, so that those of one process do not meet; weak, so that each goes with its runspace.
    private static readonly ConditionalWeakTable<Runspace, ConcurrentDictionary<string, Known>> BySession = [];

    private readonly ProfileStore _profiles;
    private readonly ConcurrentDictionary<string, Known> _known;

    private SessionClusters(ProfileStore profiles, ConcurrentDictionary<string, Known> known)
    {
        _profiles = profiles;
        _known = known;
    }

    /// <summary>Those of the current runspace; to be called on its pipeline thread.</summary>
    public static SessionClusters Current(ProfileStore profiles) => new(
        profiles,
        Runspace.DefaultRunspace is { } runspace ? BySession.GetOrCreateValue(runspace) : []);

    /// <summary>The cluster of that name as it is saved now. What is wrong in its profile is reported when it is read, not each time it is named.</summary>
    /// <exception cref="EtcdException">ClusterNotFound, ProfileInvalid, CertificateInvalid.</exception>
    public async Task<EtcdCluster> LoadAsync(string name, IProgress<EtcdEvent>? events, CancellationToken stop)
    {
        // Taken before it is read: if it is saved between the two, it is only read once more the next time.
        DateTime? savedAt = _profiles.SavedAt(name);
        string folder = _profiles.Folder(name); // the name alone would mix those of two homes
        if (_known.TryGetValue(folder, out Known? known) && known.SavedAt == savedAt) return known.Cluster;
        EtcdCluster cluster = await _profiles.LoadAsync(name, events, stop).ConfigureAwait(false);
        _known[folder] = new Known(savedAt, cluster);
        return cluster;
    }

    private sealed record Known(DateTime? SavedAt, EtcdCluster Cluster);
}
