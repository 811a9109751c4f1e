using System.Collections.Concurrent;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Health;

/// <summary>What a member's host says of it.</summary>
/// <param name="Process">Whether its process runs, or why that is not known, as part of a sentence.</param>
/// <param name="Disks">The file systems of its data and its log; empty where they are not known.</param>
internal sealed record HostLookResult(string Process, IReadOnlyList<DiskSpace> Disks);

/// <summary>Looks at members on their hosts while they are asked how they are, in the same time.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="cluster">Whose members they are.</param>
/// <param name="options">How the check is made.</param>
/// <param name="round">What they answer.</param>
internal sealed class HostLook(AdminContext context, EtcdCluster cluster, HealthOptions options, HealthRound round)
{
    // One that is well has answered by then, and its host need not be bothered.
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(700);

    // How long the host of a member that is well is waited for: the disk may be full. A new connection over SSH takes less than half of it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Lazy<Task<HostLookResult?>>> _looks = new(StringComparer.Ordinal);

    /// <summary>The look at a member's host; null where it is not managed from here, or there is no reason to look.</summary>
    public Task<HostLookResult?> OfAsync(HealthTarget target)
    {
        if (target.Endpoint is not { } endpoint || MemberOf(target) is not { } member) return Task.FromResult<HostLookResult?>(null);
        return _looks.GetOrAdd(member.Name, _ => new Lazy<Task<HostLookResult?>>(() => LookAsync(member, endpoint))).Value;
    }

    /// <summary>The same where something came up that the answers to the first questions did not show.</summary>
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
        await dropped.CancelAsync().ConfigureAwait(false); // the member is well, and its host slow
        return null;
    }

    private async Task<HostLookResult> TakeAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        try
        {
            MemberServiceState state = await TimeLimit.WithinAsync(
                token => context.ServiceOf(member).LookAsync(member, token), round.Left, context.Clock, cancellationToken).ConfigureAwait(false);
            return new HostLookResult(state.IsRunning ? $"process {state.ProcessId} runs" : "its process is not running", state.Disks);
        }
        catch (TimeoutException)
        {
            return new HostLookResult($"{member.HostName} does not say in time whether its process runs", []);
        }
        catch (EtcdException e)
        {
            return new HostLookResult(e.Message, []);
        }
    }
}
