using EtcdAdmin.Client.Handshakes;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>The steps of a renewal: the operator's certificate first, because the proof of the other steps needs it.</summary>
/// <param name="context">The environment.</param>
/// <param name="before">The cluster, as its profile has it now.</param>
/// <param name="request">The request.</param>
/// <param name="pki">The files of the profile.</param>
/// <param name="state">The facts of the hosts.</param>
/// <param name="files">The present certificates of the members.</param>
/// <param name="health">The health before.</param>
/// <param name="signed">The new certificates, if another authority signed them; null issues them.</param>
internal sealed class RenewalSteps(
    AdminContext context, EtcdCluster before, RenewalRequest request, ProfilePki pki, InstallState state,
    IReadOnlyDictionary<string, TrustFacts> files, ClusterHealth health,
    IReadOnlyDictionary<string, MemberCertificates>? signed)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShowLimit = TimeSpan.FromSeconds(5);

    private readonly List<(MemberSpec Member, MemberCertificates Issued)> _shownLater = [];

    /// <summary>Adds the steps.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="members">The members.</param>
    /// <param name="own">Whether the operator's certificate is renewed.</param>
    public void AddTo(PlanBuilder plan, IReadOnlyList<MemberSpec> members, bool own)
    {
        if (own)
        {
            plan.Add(
                StepText.Here(StepKind.ReplaceCertificates, $"Renew the operator's client certificate in the profile of cluster {before.Name}"),
                (_, token) => RenewOwnAsync(token),
                (_, token) => context.Profiles.SaveAsync(before, token));
        }

        foreach (MemberSpec member in members) Add(plan, member);
        if (members.Count == 0) return;
        MemberSpec[] running = [.. before.RequireSpec().Members.Where(member => state.Running.Contains(member.Name))];
        plan.NextStage().Add(
            StepText.Here(StepKind.ProveCluster, $"Prove that the {running.Length} running member(s) serve"),
            (events, token) => ProveAsync(running, events, token));
        plan.TidyUp().Add(
            StepText.Here(StepKind.SaveProfile, "Remove the saved copies of the former certificates and keys"),
            async (_, token) =>
            {
                foreach (MemberSpec member in members) await KeptPki.Certificates(context, member).ForgetAsync(token).ConfigureAwait(false);
            });
    }

    private void Add(PlanBuilder plan, MemberSpec member)
    {
        KeptPki kept = KeptPki.Certificates(context, member);
        bool isKept = false;
        plan.NextStage().Add(
            member.Step(StepKind.ReplaceCertificates, Keeps(member)
                ? $"Renew the certificates of member {member.Name} for its present keys, without a restart"
                : $"Renew the certificates and keys of member {member.Name}, without a restart"),
            async (events, token) =>
            {
                MemberCertificates issued = await IssueAsync(member, token).ConfigureAwait(false);
                await kept.KeepAsync(token).ConfigureAwait(false);
                isKept = true;
                await new MemberFiles(context.HostOf(member), member).WriteCertificatesAsync(issued, token).ConfigureAwait(false);
                await ProveAsync(member, issued, events, token).ConfigureAwait(false);
            },
            (_, token) => isKept ? kept.PutBackAsync(token) : Task.CompletedTask);
    }

    private async Task RenewOwnAsync(CancellationToken cancellationToken)
    {
        using CertificateAuthority authority = await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
        ClusterTls tls = before.Tls!; // a cluster with TLS
        var spec = CertificateSpec.Client(ClientIdentity.UserOf(before));
        if (request.KeepsKeys && tls is { CertificatePem: { } present, KeyPem: { } key } && IsPair(present, key))
        {
            tls = tls with { CertificatePem = authority.IssueFor(spec, present, tls.Sources.ClientCertificate).CertificatePem };
        }
        else
        {
            IssuedCertificate client = authority.Issue(spec with { KeyAlgorithm = request.KeyAlgorithm });
            tls = tls with { CertificatePem = client.CertificatePem, KeyPem = client.KeyPem };
        }

        await context.Profiles.SaveAsync(before.WithTls(tls), cancellationToken).ConfigureAwait(false);
    }

    private async Task<MemberCertificates> IssueAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        if (signed is not null) return signed[member.Name];
        using MemberAuthorities authorities = await pki.ReadAuthoritiesAsync(before.RequireSpec(), cancellationToken).ConfigureAwait(false);
        // Clients may use a name that only the present certificate knows.
        string[] names = [.. state.CertificateAddresses(member)
            .Concat(NamesIn(files[member.Name].ServerCertificate)).Concat(NamesIn(files[member.Name].PeerCertificate))];
        return MemberCertificates.Issue(authorities, member, names, request.KeyAlgorithm,
            Keeps(member) ? (files[member.Name].ServerCertificate, files[member.Name].PeerCertificate) : null);
    }

    // Its keys never leave its host, so that they match is proved only by the connections afterwards.
    private bool Keeps(MemberSpec member) => request.KeepsKeys
        && files[member.Name] is { ServerKeyMode: not null, PeerKeyMode: not null } present
        && IsReadable(present.ServerCertificate) && IsReadable(present.PeerCertificate);

    private static bool IsReadable(string pem) => CertificateInfo.TryFromPem(pem) is not null;

    private static bool IsPair(string pem, string key)
    {
        try
        {
            CertificateCheck.KeyMatches(pem, key, "certificate");
            return true;
        }
        catch (EtcdException)
        {
            return false;
        }
    }

    /// <summary>The names in a certificate; none if it is missing or damaged.</summary>
    internal static IReadOnlyList<string> NamesIn(string pem) => CertificateInfo.TryFromPem(pem)?.SubjectAlternativeNames ?? [];

    private async Task ProveAsync(MemberSpec member, MemberCertificates issued, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        if (!state.Running.Contains(member.Name))
        {
            events.Message($"Member {member.Name} does not run. It uses its new certificates from its next start.");
            return;
        }

        // Without a quorum, a member that was started does not listen to clients yet. Then all are looked at when they serve again.
        if (!health.Members.Any(known => known.Member == member.Name && known.Serves))
        {
            _shownLater.Add((member, issued));
            return;
        }

        await ShowAsync(member, issued, events, cancellationToken).ConfigureAwait(false);
        await WaitAsync([member], cancellationToken).ConfigureAwait(false);
    }

    private async Task ProveAsync(IReadOnlyList<MemberSpec> running, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        await WaitAsync(running, cancellationToken).ConfigureAwait(false);
        foreach ((MemberSpec member, MemberCertificates issued) in _shownLater)
            await ShowAsync(member, issued, events, cancellationToken).ConfigureAwait(false);
    }

    private async Task ShowAsync(MemberSpec member, MemberCertificates issued, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        await WaitAsync(member.ClientUrl(true), issued.Server.Thumbprint, member, cancellationToken).ConfigureAwait(false);
        if (await TryShowAsync(member.PeerUrl(true), cancellationToken).ConfigureAwait(false) is null)
            events.Message($"This machine cannot reach the peer port of member {member.Name}, so its peer certificate was not looked at.");
        else
            await WaitAsync(member.PeerUrl(true), issued.Peer.Thumbprint, member, cancellationToken).ConfigureAwait(false);
    }

    private async Task WaitAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        EtcdCluster now = (await context.Profiles.LoadAsync(before.Name, cancellationToken).ConfigureAwait(false)).WithCredential(before.Credential);
        IReadOnlyList<MemberStart> outcomes = await new MemberGate(context).WaitAsync(now, members, request.Timeout, cancellationToken)
            .ConfigureAwait(false);
        if (outcomes.FirstOrDefault(outcome => outcome.Error is not null) is { Error: { } error }) throw error;
    }

    private async Task WaitAsync(Uri url, string thumbprint, MemberSpec member, CancellationToken cancellationToken)
    {
        long start = context.Clock.GetTimestamp();
        while (await TryShowAsync(url, cancellationToken).ConfigureAwait(false) != thumbprint)
        {
            if (context.Clock.GetElapsedTime(start) > request.Timeout)
            {
                throw new EtcdException(EtcdErrorIds.CertificateInvalid,
                    $"Member {member.Name} still does not show its new certificate at {EndpointUrl.Show(url)}.")
                {
                    Target = member.Name,
                    NextStep = $"Check whether another program answers at this address. A restart of the member (Restart-EtcdMember {member.Name} "
                        + $"-Cluster {before.Name}) makes it read its files again; then run the same command again.",
                };
            }

            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The thumbprint of the certificate that is shown at a URL; null if none is.</summary>
    private async Task<string?> TryShowAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            ServedCertificate served = await ServedCertificate.ReadAsync(url, ShowLimit, context.Clock, cancellationToken).ConfigureAwait(false);
            using (served.Certificate) return CertificateInfo.ThumbprintOf(served.Certificate);
        }
        catch (EtcdException)
        {
            return null;
        }
    }
}
