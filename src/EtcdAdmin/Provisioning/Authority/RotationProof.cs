using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>
/// Proves by new connections what a phase of a replacement promises: from this machine to every client and peer URL with the former and with the
/// new credentials, and from the host of every member to every other member.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="before">The cluster with the operator's certificate from before.</param>
/// <param name="next">The new authorities.</param>
/// <param name="timeout">How long the members may take to accept them.</param>
internal sealed class RotationProof(AdminContext context, EtcdCluster before, NextAuthorities next, TimeSpan timeout)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>All members trust both authorities: each accepts certificates of both.</summary>
    public async Task RequireBothTrustedAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        const string Phase = "all members trust both authorities";
        EtcdCluster both = await next.BothAsync(cancellationToken).ConfigureAwait(false);
        foreach (NextAuthority one in next.All)
        {
            await AcceptedAsync(Phase, await FormerAsync(one, both, cancellationToken).ConfigureAwait(false), events, cancellationToken)
                .ConfigureAwait(false);
            await AcceptedAsync(Phase, await NewAsync(one, both, cancellationToken).ConfigureAwait(false), events, cancellationToken)
                .ConfigureAwait(false);
        }

        await CalledAsync(Phase, events, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All members have new certificates: clients that trust only the new authority accept them, and the former certificates of clients
    /// are still accepted.</summary>
    /// <param name="trusting">The members that trust the former authority: if an interrupted run is continued, some may not any more.</param>
    /// <param name="events">Receives messages.</param>
    /// <param name="cancellationToken">Cancels the proof.</param>
    public async Task RequireNewShownAsync(
        IReadOnlyList<MemberSpec> trusting, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        const string Phase = "all members have certificates of the new authority";
        EtcdCluster only = await next.OnlyAsync(cancellationToken).ConfigureAwait(false);
        foreach (NextAuthority one in next.All)
        {
            await AcceptedAsync(Phase, await FormerAsync(one, only, cancellationToken).ConfigureAwait(false), events, cancellationToken, trusting)
                .ConfigureAwait(false);
            await AcceptedAsync(Phase, await NewAsync(one, only, cancellationToken).ConfigureAwait(false), events, cancellationToken)
                .ConfigureAwait(false);
        }

        await CalledAsync(Phase, events, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All members trust only the new authority: the former certificates of clients are refused.</summary>
    public async Task RequireFormerRefusedAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        const string Phase = "all members trust only the new authority";
        EtcdCluster only = await next.OnlyAsync(cancellationToken).ConfigureAwait(false);
        foreach (NextAuthority one in next.All)
        {
            await AcceptedAsync(Phase, await NewAsync(one, only, cancellationToken).ConfigureAwait(false), events, cancellationToken)
                .ConfigureAwait(false);
        }

        await CalledAsync(Phase, events, cancellationToken).ConfigureAwait(false);
        foreach (NextAuthority one in next.All) await RefusedAsync(Phase, one, only, cancellationToken).ConfigureAwait(false);
    }

    private async Task RefusedAsync(string phase, NextAuthority authority, EtcdCluster only, CancellationToken cancellationToken)
    {
        if (await FormerAsync(authority, only, cancellationToken).ConfigureAwait(false) is not { } former
            || CertificateBundle.LeadsTo(former.CertificatePem, await authority.CertificateAsync(cancellationToken).ConfigureAwait(false)))
            return; // there is none, or the former authority has the same root, which is trusted further on
        foreach (TrialResult one in (await former.MakeAsync(cancellationToken).ConfigureAwait(false)).Where(one => !one.IsRefused))
        {
            if (one.IsUnreachable && one.IsPeer) continue; // reported above
            if (await former.AnswersAnyoneAsync(one.Url, cancellationToken).ConfigureAwait(false)) continue; // it asks no client for a certificate
            throw Failure(phase, $"Member {one.Member} still accepts {former.Name} at {one.Place}");
        }
    }

    private async Task<ClientTrial?> FormerAsync(NextAuthority authority, EtcdCluster trust, CancellationToken cancellationToken) =>
        await authority.FormerClientAsync(trust, cancellationToken).ConfigureAwait(false) is { } client
            ? new ClientTrial(context, client, $"a client certificate of the former authority{authority.Scope.Use}", authority.Scope)
            : null;

    private async Task<ClientTrial> NewAsync(NextAuthority authority, EtcdCluster trust, CancellationToken cancellationToken) => new(
        context, await authority.ClientAsync(trust, cancellationToken).ConfigureAwait(false),
        $"a client certificate of the new authority{authority.Scope.Use}", authority.Scope);

    private async Task AcceptedAsync(
        string phase, ClientTrial? trial, IProgress<EtcdEvent>? events, CancellationToken cancellationToken, IReadOnlyList<MemberSpec>? by = null)
    {
        if (trial is null) return;
        long start = context.Clock.GetTimestamp();
        while (true)
        {
            IReadOnlyList<TrialResult> results =
                await trial.MakeAsync(by ?? before.RequireSpec().Members, cancellationToken).ConfigureAwait(false);
            TrialResult? failed = results.FirstOrDefault(one => !one.IsAccepted && !(one.IsPeer && one.IsUnreachable));
            if (failed is null)
            {
                foreach (TrialResult one in results.Where(one => one.IsUnreachable))
                    events.Message($"This machine cannot reach member {one.Member} at {one.Place}; only the other members tried it.");
                return;
            }

            if (context.Clock.GetElapsedTime(start) > timeout)
                throw Failure(phase, $"Member {failed.Member} does not accept {trial.Name} at {failed.Place}: {failed.Reason}");
            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CalledAsync(string phase, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        if (!next.Peers) return;
        var calls = new PeerCalls(context, before.RequireSpec());
        long start = context.Clock.GetTimestamp();
        while (true)
        {
            (IReadOnlyList<FailedCall> failed, IReadOnlyList<string> silent) = await calls.MakeAsync(cancellationToken).ConfigureAwait(false);
            if (failed.Count == 0)
            {
                if (silent.Count > 0)
                {
                    events.Message("Their hosts have neither openssl nor curl, so these members did not try the other ones: "
                        + $"{string.Join(", ", silent)}.");
                }

                return;
            }

            if (context.Clock.GetElapsedTime(start) > timeout)
            {
                throw Failure(phase,
                    $"Member {failed[0].To} does not accept the peer certificate of member {failed[0].From} at {failed[0].Url}: {failed[0].Reason}");
            }

            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private EtcdException Failure(string phase, string what) => new(
        EtcdErrorIds.CertificateInvalid, $"After the phase '{phase}', a connection was tried. {what.TrimEnd('.')}.")
    {
        Target = before.Name,
        NextStep = $"Read the log of that member, and look at its certificates: Test-EtcdTls {before.Name}. Then run the same command again.",
    };
}
