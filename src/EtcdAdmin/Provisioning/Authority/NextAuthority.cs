using System.Collections.ObjectModel;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>An authority that replaces one of a cluster. Until it has done so, it is in the profile beside the present one. Its key is there too,
/// unless the certificates were signed elsewhere.</summary>
/// <param name="context">The environment.</param>
/// <param name="before">The cluster, as its profile has it now.</param>
/// <param name="scope">What the authority is for.</param>
/// <param name="keys">The algorithm of new keys.</param>
/// <param name="own">An authority of the operator's own; null creates one.</param>
/// <param name="allowsIntermediate">Whether a created one allows authorities below it.</param>
/// <param name="signed">The certificates of an authority whose key is elsewhere; null for one that issues them here.</param>
internal sealed class NextAuthority(
    AdminContext context, EtcdCluster before, AuthorityScope scope, KeyAlgorithm keys, CertificateAuthority? own = null,
    bool allowsIntermediate = false, SignedPki? signed = null)
{
    private const int LongestName = 64; // of a common name: X.520
    private const string TrialName = "etcdadmin-authority-proof";

    private readonly AuthorityFiles _present = scope.FilesIn(new ProfilePki(context.Profiles.Folder(before.Name)));
    private readonly AuthorityFiles _next = scope.NextIn(new ProfilePki(context.Profiles.Folder(before.Name)));

    /// <summary>What the authority is for.</summary>
    public AuthorityScope Scope => scope;

    /// <summary>Whether the profile says only later that there is such an authority (<see cref="PeerSeparation"/>).</summary>
    public bool IsSeparating { get; init; }

    /// <summary>What the first step does, as the plan shows it; the name of the cluster follows.</summary>
    public string Introduction => ((own?.Certificate ?? signed?.Authority) is { } given
        ? $"Take the certificate authority '{given.Subject}'"
        : "Create a new certificate authority") + (scope.Use.Length == 0 ? " for cluster" : $"{scope.Use} of cluster");

    /// <summary>What an interrupted run has done already.</summary>
    /// <param name="trust">Which authorities and certificates the members have now.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid: it has expired, or is another one than that of this run.</exception>
    public async Task<RotationProgress> ReadProgressAsync(IReadOnlyDictionary<string, TrustFacts> trust, CancellationToken cancellationToken) =>
        new(scope, await FindAsync(cancellationToken).ConfigureAwait(false), signed, trust);

    private async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        if (!_next.HasCertificate) return null;
        if (!_next.HasKey)
        {
            string pem = await CertificateAsync(cancellationToken).ConfigureAwait(false);
            var begun = CertificateInfo.FromPem(pem, _next.File);
            return signed?.Authority.Thumbprint == begun.Thumbprint ? pem : throw IsAnother(begun, "with its certificates (-CertificatePath)");
        }

        using CertificateAuthority next = await _next.ReadAsync(cancellationToken).ConfigureAwait(false);
        next.RequireValid(_next.File);
        if (signed is not null || (own is not null && own.Certificate.Thumbprint != next.Certificate.Thumbprint))
            throw IsAnother(next.Certificate, "without an authority of your own");
        return next.ChainPem + next.CertificatePem;
    }

    /// <summary>Creates the authority. From here on this machine trusts both.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (signed is not null)
        {
            await _next.WriteAsync(signed.AuthorityPem, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            using CertificateAuthority next = own?.Copy() ?? Create();
            await _next.WriteAsync(next, cancellationToken).ConfigureAwait(false);
        }

        if (IsSeparating) return;
        await context.Profiles.SaveAsync(await BothAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes it again. The profile is then as before.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (!IsSeparating) await context.Profiles.SaveAsync(before, cancellationToken).ConfigureAwait(false);
        _next.Remove();
    }

    /// <summary>The cluster, for a client that trusts both authorities and has its present certificate.</summary>
    public async Task<EtcdCluster> BothAsync(CancellationToken cancellationToken)
    {
        ClusterTls tls = await PresentAsync(cancellationToken).ConfigureAwait(false);
        string next = await CertificateAsync(cancellationToken).ConfigureAwait(false);
        // null: the system's authorities
        return before.WithTls(scope.WithTrust(tls, scope.TrustIn(tls) is { } trusted ? CertificateBundle.With(trusted, next) : null));
    }

    /// <summary>The same for a client that trusts only the next authority.</summary>
    public async Task<EtcdCluster> OnlyAsync(CancellationToken cancellationToken) =>
        before.WithTls(await OnlyAsync(await PresentAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false));

    /// <summary>With the trust in only the next authority.</summary>
    public async Task<ClusterTls> OnlyAsync(ClusterTls tls, CancellationToken cancellationToken) =>
        scope.WithTrust(tls, await CertificateAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>A client of the ports that the authority is for, with a certificate of it: for the operator's user, if it is for clients. A new one
    /// if this machine issues them. It is saved nowhere.</summary>
    /// <param name="trust">The cluster with the authorities that the client trusts.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<EtcdCluster> ClientAsync(EtcdCluster trust, CancellationToken cancellationToken)
    {
        if (signed is not null) return scope.Visit(trust, signed.Client);
        using CertificateAuthority next = await _next.ReadAsync(cancellationToken).ConfigureAwait(false);
        return Client(next, trust);
    }

    /// <summary>A client with a certificate of the former authority; null if there is none any more.</summary>
    /// <param name="trust">The cluster with the authorities that the client trusts.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<EtcdCluster?> FormerClientAsync(EtcdCluster trust, CancellationToken cancellationToken)
    {
        if (scope.Clients)
        {
            if (before.Tls is not { CertificatePem: not null } present) return null;
            RotationProgress now = await ReadProgressAsync(ReadOnlyDictionary<string, TrustFacts>.Empty, cancellationToken).ConfigureAwait(false);
            if (now.LacksClient(before)) return before.WithTls(present with { CaPem = trust.Tls?.CaPem });
        }

        // An interrupted run has replaced the operator's certificate already, or it is none for these ports.
        if (!_present.Exist) return null;
        using CertificateAuthority former = await _present.ReadAsync(cancellationToken).ConfigureAwait(false);
        return Client(former, trust);
    }

    /// <summary>Gives the operator a client certificate of the next authority, for the same user.</summary>
    public async Task ReplaceClientAsync(CancellationToken cancellationToken)
    {
        EtcdCluster both = await BothAsync(cancellationToken).ConfigureAwait(false);
        await context.Profiles.SaveAsync(await ClientAsync(both, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the operator the former certificate again.</summary>
    public async Task PutClientBackAsync(CancellationToken cancellationToken)
    {
        EtcdCluster both = await BothAsync(cancellationToken).ConfigureAwait(false);
        // With TLS.
        ClusterTls former = both.Tls! with { CertificatePem = before.Tls!.CertificatePem, KeyPem = before.Tls.KeyPem };
        await context.Profiles.SaveAsync(before.WithTls(former), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The certificates of a member that were signed elsewhere; null if this machine issues them.</summary>
    public MemberCertificates? SignedFor(MemberSpec member) => signed?.Members[member.Name];

    /// <summary>The authority, to issue certificates.</summary>
    public Task<CertificateAuthority> ReadAsync(CancellationToken cancellationToken) => _next.ReadAsync(cancellationToken);

    /// <summary>The type of new keys.</summary>
    public KeyAlgorithm Keys => keys;

    /// <summary>Makes it the only authority for its use. Its own files are removed later (<see cref="Forget"/>), so that an interrupted call can be
    /// repeated.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        EtcdCluster after = await OnlyAsync(cancellationToken).ConfigureAwait(false);
        await context.Profiles.SaveAsync(after, cancellationToken).ConfigureAwait(false);
        await _present.TakeAsync(_next, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes its files, after it has become the only one.</summary>
    public void Forget() => _next.Remove();

    /// <summary>Its certificate.</summary>
    public async Task<string> CertificateAsync(CancellationToken cancellationToken) =>
        await PemFile.ReadAsync(_next.File, cancellationToken).ConfigureAwait(false);

    private CertificateAuthority Create()
    {
        string name = scope.Clients ? AuthorityName.Of(before.Name) : AuthorityName.OfPeers(before.Name);
        string dated = $"{name} {context.Clock.GetUtcNow():yyyy-MM-dd}";
        var spec = new AuthoritySpec
        {
            Subject = dated.Length <= LongestName ? dated : name,
            KeyAlgorithm = keys,
            AllowsIntermediate = allowsIntermediate,
        };
        return CertificateAuthority.Create(spec, context.Clock);
    }

    private EtcdCluster Client(CertificateAuthority authority, EtcdCluster trust) => scope.Visit(trust, authority.Issue(
        CertificateSpec.Client(scope.Clients ? ClientIdentity.UserOf(before) : TrialName) with { KeyAlgorithm = keys }));

    private EtcdException IsAnother(CertificateInfo begun, string how) => new(EtcdErrorIds.CertificateInvalid,
        $"The authority{scope.Use} of cluster '{before.Name}' is being replaced by another one: '{begun.Subject}'. Nothing was changed.")
    {
        Target = before.Name,
        NextStep = $"Complete that first: Update-EtcdCertificateAuthority {before.Name}, {how}.",
    };

    // A step of this run may have changed the client certificate in the profile.
    private async Task<ClusterTls> PresentAsync(CancellationToken cancellationToken) =>
        (await context.Profiles.LoadAsync(before.Name, cancellationToken).ConfigureAwait(false)).Tls ?? throw new EtcdException(
            EtcdErrorIds.ProfileInvalid, $"The profile of cluster '{before.Name}' no longer has TLS.")
        {
            Target = before.Name,
            NextStep = "Another command changed the profile. Run the same command again.",
        };
}
