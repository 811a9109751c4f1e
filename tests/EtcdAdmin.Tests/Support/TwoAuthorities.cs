using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Security;

namespace EtcdAdmin.Tests.Support;

/// <summary>What is true of a cluster with an authority for clients and another one for peers.</summary>
internal static class TwoAuthorities
{
    /// <summary>Members serve, accept certificates at the ports that these are for, and refuse them at the others.</summary>
    public static async Task RequireAsync(AdminContext context, EtcdCluster cluster)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        Assert.True(cluster.Spec!.SeparatePeerAuthority);
        Assert.True((await new HealthChecker(context).CheckAsync(cluster, new HealthOptions(), token)).Healthy);
        var pki = new ProfilePki(context.Profiles.Folder(cluster.Name));
        using CertificateAuthority peers = await pki.PeerAuthority.ReadAsync(token);
        IssuedCertificate issued = peers.Issue(CertificateSpec.Client("trial"));
        // Each trusts the members at the other ports, so that only their answer counts.
        EtcdCluster own = cluster.WithTls(cluster.Tls! with { CaPem = cluster.Tls!.CaPem + cluster.Tls.PeerCaPem });
        EtcdCluster peer = own.WithTls(own.Tls! with { CertificatePem = issued.CertificatePem, KeyPem = issued.KeyPem });
        await RequireAsync(new ClientTrial(context, own, "client", AuthorityScope.OfClients), accepted: true);
        await RequireAsync(new ClientTrial(context, own, "client", AuthorityScope.OfPeers), accepted: false);
        await RequireAsync(new ClientTrial(context, peer, "peer", AuthorityScope.OfPeers), accepted: true);
        await RequireAsync(new ClientTrial(context, peer, "peer", AuthorityScope.OfClients), accepted: false);
        Assert.Empty((await new PeerCalls(context, cluster.Spec).MakeAsync(token)).Failed);

        async Task RequireAsync(ClientTrial trial, bool accepted)
        {
            IReadOnlyList<TrialResult> results = await trial.MakeAsync(token);
            Assert.Equal(cluster.Spec.Members.Count, results.Count);
            Assert.All(results, one => Assert.True(accepted ? one.IsAccepted : one.IsRefused, $"{trial.Name} at {one.Place}: {one.Reason}"));
        }
    }
}
