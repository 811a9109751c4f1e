using System.Collections.Concurrent;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Health;

/// <summary>The state of a member on its host.</summary>
/// <param name="Process">Whether its process runs, or why that is not known, as part of a sentence.</param>
/// <param name="Disks">The file systems of its data and its write-ahead log; empty if not known.</param>
internal sealed record HostLookResult(string Process, IReadOnlyList<DiskSpace> Disks);

/// <summary>Checks members on their hosts while their endpoints are checked, within the same time.</summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster of the members.</param>
/// <param name="options">The options.</param>
/// <param name="round">Their answers.</param>
internal sealed class HostLook(AdminContext context, EtcdCluster cluster, HealthOptions options, HealthRound round)
{
    // A healthy member has answered by then, so its host is not needed.
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(700);

    // How long a healthy member's host is waited for: the disk may be full. A new connection over SSH takes less than half of it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Lazy<Task<HostLookResult?>>> _looks = new(StringComparer.Ordinal);

    /// <summary>The state on a member's host; null if the host is not managed, or if there is no reason to check.</summary>
    public Task<HostLookResult?> OfAsync(HealthTarget target)
    {
        if (target.Endpoint is not { } endpoint || MemberOf(target) is not { } member) return Task.FromResult<HostLookResult?>(null);
        return _looks.GetOrAdd(member.Name, _ => new Lazy<Task<HostLookResult?>>(() => LookAsync(member, endpoint))).Value;
    }

    /// <summary>The same for a problem that the first answers did not show.</summary>
    public async Task<HostLookResult?> AnywayAsync(HealthTarget target) =>
        await OfAsync(target).ConfigureAwait(false)
        ?? (MemberOf(target) is { } member ? await TakeAsync(member, round.Token).ConfigureAwait(false) : null);

    private MemberSpec? MemberOf(HealthTarget target) =>
        options.LookAtProcesses ? cluster.Spec?.Members.FirstOrDefault(member => member.Name == target.Name) : null;

    private async Task<HostLookResult?> LookAsync(MemberSpec member, Uri endpoint)
    {
        Task<MemberProbe> probe = round.AskAsync(endpoint);
        if (options.CheckDisk) return await TakeAsync(member, round.Token).ConfigureAwait(false);
        if (!options.ComparesProfile)
        {
            await Task.WhenAny(probe, Task.Delay(HeadStart, context.Clock, round.Token)).ConfigureAwait(false);
            round.Token.ThrowIfCancellationRequested();
            if (probe.IsCompleted && !(await probe.ConfigureAwait(false)).IsInTrouble) return null;
        }

        using var dropped = CancellationTokenSource.CreateLinkedTokenSource(round.Token);
        Task<HostLookResult> look = TakeAsync(member, dropped.Token);
        if (options.ComparesProfile) await Task.WhenAny(look, Task.Delay(Patience, context.Clock, round.Token)).ConfigureAwait(false);
        else await Task.WhenAny(probe, look).ConfigureAwait(false);
        round.Token.ThrowIfCancellationRequested();
        if ((await probe.ConfigureAwait(false)).IsInTrouble || look.IsCompleted) return await look.ConfigureAwait(false);
        await dropped.CancelAsync().ConfigureAwait(false); // the member is healthy, and its host is slow
        return null;
    }

    private async Task<HostLookResult> TakeAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        try
        {
            MemberServiceState state = await TimeLimit.WithinAsync(
                token => context.ServiceOf(member).LookAsync(member, token), round.Left, context.Clock, cancellationToken).ConfigureAwait(false);
            return new HostLookResult(state.IsRunning ? $"process {state.ProcessId} is running" : "its process is not running", state.Disks);
        }
        catch (TimeoutException)
        {
            return new HostLookResult($"{member.HostName} did not report in time whether the process is running", []);
        }
        catch (EtcdException e)
        {
            return new HostLookResult(e.Message, []);
        }
    }
}
