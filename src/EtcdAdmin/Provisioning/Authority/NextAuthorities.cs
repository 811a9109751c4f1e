using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>The authorities that one replacement brings into use: one, or one for clients and one for peers.</summary>
/// <param name="all">The authorities with what an interrupted run has done already; that for clients first.</param>
internal sealed class NextAuthorities(IReadOnlyList<(NextAuthority Next, RotationProgress Progress)> all)
{
    /// <summary>The authorities.</summary>
    public IReadOnlyList<NextAuthority> All { get; } = [.. all.Select(one => one.Next)];

    /// <summary>Whether server certificates, client ports and the operator's certificate are concerned.</summary>
    public bool Clients => All.Any(next => next.Scope.Clients);

    /// <summary>Whether peer certificates and peer ports are concerned.</summary>
    public bool Peers => All.Any(next => next.Scope.Peers);

    /// <summary>The words for them.</summary>
    public string Text => All.Count > 1 ? "the new authorities" : "the new authority";

    /// <summary>The words for those before.</summary>
    public string PresentText => All.Count > 1 ? "the present and the new authorities" : "the present and the new authority";

    /// <summary>The words for what they are at the end.</summary>
    public string EndText => All.Count > 1 ? "ones" : "one" + All[0].Scope.Use;

    /// <summary>The authorities that do not exist yet.</summary>
    public IEnumerable<NextAuthority> Missing => all.Where(one => !one.Progress.HasBegun).Select(one => one.Next);

    /// <summary>The one that replaces the operator's certificate, if he still has a former one; otherwise null.</summary>
    /// <param name="cluster">The cluster, as its profile has it now.</param>
    public NextAuthority? LackedBy(EtcdCluster cluster) => all.FirstOrDefault(one => one.Progress.LacksClient(cluster)).Next;

    /// <summary>Whether a member must still be made to trust one of them beside the present one.</summary>
    public bool LackTrust(MemberSpec member) => all.Any(one => one.Progress.LacksTrust(member));

    /// <summary>Whether a member must still get certificates of one of them.</summary>
    public bool LackCertificates(MemberSpec member) => all.Any(one => one.Progress.LacksCertificates(member));

    /// <summary>Whether a member still runs with the trust in others.</summary>
    public bool HaveOthers(MemberSpec member) => all.Any(one => one.Progress.TrustsOthers(member));

    /// <summary>The files on the host of a member with the authorities that it trusts.</summary>
    public string[] FilesOf(MemberSpec member) => [.. All.Select(next => next.Scope.FileOf(member))];

    /// <summary>The cluster, for a client that trusts the present authorities and the next ones.</summary>
    public Task<EtcdCluster> BothAsync(CancellationToken cancellationToken) =>
        All[0].BothAsync(cancellationToken); // the profile has the trust in the others: it is saved when they are created

    /// <summary>The same for a client that trusts only the next authorities.</summary>
    public async Task<EtcdCluster> OnlyAsync(CancellationToken cancellationToken)
    {
        EtcdCluster cluster = await All[0].OnlyAsync(cancellationToken).ConfigureAwait(false);
        foreach (NextAuthority next in All.Skip(1))
            cluster = cluster.WithTls(await next.OnlyAsync(cluster.Tls!, cancellationToken).ConfigureAwait(false)); // a cluster with TLS
        return cluster;
    }

    /// <summary>Issues the certificates of a member. Only those that are concerned are of use.</summary>
    public async Task<MemberCertificates> IssueAsync(MemberSpec member, InstallState state, CancellationToken cancellationToken)
    {
        NextAuthority first = All[0];
        if (first.SignedFor(member) is { } signed) return signed;
        CertificateAuthority? peers = All.Count > 1 ? await All[1].ReadAsync(cancellationToken).ConfigureAwait(false) : null;
        using var authorities = new MemberAuthorities(await first.ReadAsync(cancellationToken).ConfigureAwait(false), peers);
        MemberCertificates issued = MemberCertificates.Issue(authorities, member, state.CertificateAddresses(member), first.Keys);
        return first.Scope.Clients ? issued : issued with { PeerCaPem = issued.CaPem };
    }

    /// <summary>Makes them the only authorities.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        foreach (NextAuthority next in All) await next.TakeAsync(cancellationToken).ConfigureAwait(false);
        foreach (NextAuthority next in All) next.Forget();
    }
}
