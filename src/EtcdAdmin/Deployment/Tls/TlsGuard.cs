using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Provisioning.Tls;

namespace EtcdAdmin.Deployment.Tls;

/// <summary>Refuses changes of TLS that cannot work, before anything is changed.</summary>
internal static class TlsGuard
{
    private static readonly EtcdVersion First = new(3, 3, 0);

    /// <summary>Checks the request with what the profile says.</summary>
    /// <exception cref="EtcdException">InvalidArgument: the request leads the other way, or the authority is of no use. NotSupported: the version.
    /// SpecInvalid: another change is unfinished.</exception>
    public static void Require(EtcdCluster cluster, TlsRequest request)
    {
        ClusterSpec spec = cluster.RequireSpec();
        (TlsStage lowest, TlsStage highest) = TlsRoute.Present(spec);
        if (request.Stage == TlsStage.Prepared && highest > TlsStage.Prepared)
            throw Refuse(cluster, EtcdErrorIds.InvalidArgument, $"Members of cluster '{cluster.Name}' require TLS already.",
                $"Leave out -Stage, or turn TLS off: Disable-EtcdTls {cluster.Name}.");
        if ((request.Authority ?? request.PeerAuthority) is not null && lowest > TlsStage.None)
            throw Refuse(cluster, EtcdErrorIds.InvalidArgument, $"The members of cluster '{cluster.Name}' have certificates of an authority already.",
                $"Leave out the authority. When all members use TLS, replace it: Update-EtcdCertificateAuthority {cluster.Name}.");
        if (request.WantsPeerAuthority && !spec.SeparatePeerAuthority && lowest > TlsStage.None)
            throw Refuse(cluster, EtcdErrorIds.InvalidArgument,
                $"The members of cluster '{cluster.Name}' have certificates of one authority already.",
                Separation.Later(cluster.Name));
        if (spec.Former is not null)
            throw Refuse(cluster, EtcdErrorIds.SpecInvalid, $"A change of the addresses of cluster '{cluster.Name}' is unfinished.",
                $"Complete it first: run Set-EtcdConfiguration {cluster.Name} with the new ports or addresses again.");
        EtcdVersion[] versions = [.. spec.Members.Select(spec.VersionOf).OfType<EtcdVersion>()];
        if (versions.Any(version => version < First))
            throw Refuse(cluster, EtcdErrorIds.NotSupported,
                $"TLS is turned on and off with etcd 3.3 and later. Cluster '{cluster.Name}' has etcd {versions.Min()}.",
                $"Upgrade it first: Update-EtcdCluster {cluster.Name}.");
        if (request.Stage == TlsStage.Optional && versions.Any(version => !ServesBoth(version)))
            throw Refuse(cluster, EtcdErrorIds.NotSupported,
                $"etcd {versions.First(version => !ServesBoth(version))} of cluster '{cluster.Name}' cannot serve clients with and without TLS on "
                    + "one port: some clients without TLS would be refused. etcd 3.4.25, 3.5.8 and later can.",
                "Leave out -Stage Optional, or update the cluster first. With -Stage Prepared you can make certificates for clients before they "
                    + "need them.");
    }

    /// <summary>Refuses to begin where a member does not serve. A change that was begun may have left one down, and brings it up first.</summary>
    /// <exception cref="EtcdException">NotHealthy.</exception>
    public static void RequireServing(EtcdCluster cluster, ClusterHealth health)
    {
        EtcdHealth[] down = [.. health.Members.Where(member => !member.Serves)];
        if (down.Length == 0 || cluster.RequireSpec().TlsChange is not null) return;
        throw Refuse(cluster, EtcdErrorIds.NotHealthy,
            $"Members of cluster '{cluster.Name}' do not serve: {string.Join("; ", down.Select(member => $"{member.Member}: {member.Reason}"))}.",
            "Bring all members up first (Start-EtcdMember), or remove members that are lost for good (Remove-EtcdMember).");
    }

    /// <summary>Checks the members' files.</summary>
    /// <exception cref="EtcdException">EtcdExists: another etcd in a member's place. HandEdited.</exception>
    /// <param name="context">The environment.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="state">The facts of the hosts.</param>
    /// <param name="change">What would replace edited files.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task RequireFilesAsync(
        AdminContext context, EtcdCluster cluster, InstallState state, string change, CancellationToken cancellationToken)
    {
        state.RequireOurs(context);
        IReadOnlyList<HandEdit> edits =
            await HandEdits.ReadAsync(context, cluster, state, state.Wanted.Members, cancellationToken).ConfigureAwait(false);
        if (edits.FirstOrDefault(edit => edit.Matters) is not { } edited) return;
        throw Refuse(cluster, EtcdErrorIds.HandEdited,
            $"Files of member {edited.Member.Name} of cluster '{cluster.Name}' were changed by hand, and {change} would replace that: "
                + $"{edited.Describe()}.",
            $"Decide what to do with them first: Set-EtcdConfiguration {cluster.Name} -HandEdit Keep, or -HandEdit Overwrite.");
    }

    /// <summary>Refuses to turn TLS off where this machine's user is the common name of its certificate.</summary>
    /// <exception cref="EtcdException">InvalidArgument.</exception>
    public static async Task RequireUserAsync(EtcdCluster cluster, TlsRequest request, CancellationToken cancellationToken)
    {
        if (request.Stage != TlsStage.None || cluster.Credential is not null || cluster.Tls is null) return;
        if (!await ClientCertificateChange.HasAuthenticationAsync(cluster, cancellationToken).ConfigureAwait(false)) return;
        throw Refuse(cluster, EtcdErrorIds.InvalidArgument,
            $"Authentication of cluster '{cluster.Name}' is on, and this machine's user is the common name of its client certificate. Without TLS "
                + "there are no certificates.",
            $"Supply a user with the root role: Get-EtcdCluster {cluster.Name} -Credential root | Disable-EtcdTls.");
    }

    // Before, the server for plaintext on a port with both was replaced by the one for TLS at random (etcd pull requests 15517 and 15518).
    private static bool ServesBoth(EtcdVersion version) => (version.Major, version.Minor) switch
    {
        (3, < 4) => false,
        (3, 4) => version >= new EtcdVersion(3, 4, 25),
        (3, 5) => version >= new EtcdVersion(3, 5, 8),
        _ => true,
    };

    private static EtcdException Refuse(EtcdCluster cluster, string id, string message, string nextStep) => new(id, message + " Nothing was changed.")
    {
        Target = cluster.Name,
        NextStep = nextStep,
    };
}
