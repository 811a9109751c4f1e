using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Authority;

/// <summary>The proof of each phase of a replacement, against members that are not that far.</summary>
public sealed class RotationProofTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Require_MembersThatStillTrustOnlyTheFormerAuthority_EachPhaseIsRefusedAndNamesMemberUrlAndCredential()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        MemberSpec first = cluster.Spec!.Members[0];
        var created = new NextAuthority(_lab.Context, cluster, AuthorityScope.Everyone, KeyAlgorithm.EcdsaP256);
        await created.CreateAsync(Token);
        IReadOnlyDictionary<string, TrustFacts> trust = await TrustFacts.ReadAsync(_lab.Context, cluster.Spec!, cluster.Spec!.Members, Token);
        var next = new NextAuthorities([(created, await created.ReadProgressAsync(trust, Token))]);
        var proof = new RotationProof(_lab.Context, cluster, next, Patience);

        EtcdException untrusted = await Assert.ThrowsAsync<EtcdException>(() => proof.RequireBothTrustedAsync(null, Token));
        Assert.Equal(EtcdErrorIds.CertificateInvalid, untrusted.ErrorId);
        Assert.StartsWith(
            $"After the phase 'all members trust both authorities', a connection was tried. Member {first.Name} does not accept a client certificate "
                + $"of the new authority at {first.ClientUrl(true).GetLeftPart(UriPartial.Authority)} (clients): ",
            untrusted.Message, StringComparison.Ordinal);
        EtcdException unchanged = await Assert.ThrowsAsync<EtcdException>(() => proof.RequireNewShownAsync(cluster.Spec!.Members, null, Token));
        Assert.Contains("does not accept a client certificate of the former authority", unchanged.Message, StringComparison.Ordinal);
        Assert.Contains("is not trusted", unchanged.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EtcdException>(() => proof.RequireFormerRefusedAsync(null, Token));
    }

    [Fact]
    public async Task MakeAsync_AMemberWhosePeerCertificateIsOfAnotherAuthority_IsNamedByThoseThatItCalls()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        var calls = new PeerCalls(_lab.Context, cluster.Spec!);
        (IReadOnlyList<FailedCall> none, IReadOnlyList<string> silent) = await calls.MakeAsync(Token);
        Assert.Empty(none);
        Assert.Empty(silent);

        MemberSpec other = cluster.Spec!.Members[1];
        using var foreign = CertificateAuthority.Create("foreign CA");
        IssuedCertificate peer = foreign.Issue(CertificateSpec.Peer(other.Name, other.Address));
        await File.WriteAllTextAsync(other.Layout.PeerCertificateFile, peer.CertificatePem, Token);
        await File.WriteAllTextAsync(other.Layout.PeerKeyFile, peer.KeyPem, Token);
        (IReadOnlyList<FailedCall> failed, _) = await calls.MakeAsync(Token);

        // It is refused where it calls, and by those that call it.
        Assert.Equal(
            [("demo-1", "demo-2"), ("demo-2", "demo-1"), ("demo-2", "demo-3"), ("demo-3", "demo-2")], failed.Select(one => (one.From, one.To)));
        Assert.All(failed, one => Assert.NotEmpty(one.Reason));
    }
}
