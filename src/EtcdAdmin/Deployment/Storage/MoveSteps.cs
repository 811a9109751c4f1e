using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Deployment.Storage;

/// <summary>What the steps of a move do. One object per plan: taking the switch back needs to know what it was.</summary>
internal sealed class MoveSteps(AdminContext context, MovePlan move, MoveDataRequest request)
{
    private readonly IHost _host = context.HostOf(move.New);
    private readonly string _unit = move.New.Unit ?? ""; // members on hosts have one
    private readonly QuorumSpare _spare = new(context, move.After.Reaching([.. move.Before.Endpoints.Union(move.After.Endpoints)]));
    private string? _aside;
    private bool _hasRun;
    private StepNotUndoneException? _stays;

    public async Task CopyAsync(CancellationToken cancellationToken)
    {
        var prepare = new HostScript(MemberFileScripts.Prepare) { Arguments = MemberFileScripts.PrepareArguments(move.New, [move.New.Directory]) };
        await RunAsync("make the folder for the data", prepare, cancellationToken).ConfigureAwait(false);
        var copy = new HostScript(MoveScripts.Copy) { Arguments = [move.OldData, move.Copy, _unit] };
        await RunAsync($"copy the data of member {move.New.Name}", copy, cancellationToken).ConfigureAwait(false);
    }

    public Task RemoveCopyAsync(CancellationToken cancellationToken) => _stays is not null ? throw _stays : RunAsync(
        "remove the copy", new HostScript(MoveScripts.RemoveCopy) { Arguments = [move.Copy] }, cancellationToken);

    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        var script = new HostScript(MoveScripts.Compare) { Arguments = [move.OldData, move.Copy, _unit] };
        string action = $"compare the copy of the data of member {move.New.Name}";
        ScriptResult result = await _host.RunAsync(script, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == MoveScripts.Differs)
        {
            throw new EtcdException(EtcdErrorIds.ChecksumMismatch,
                $"The copy of the data of member {move.New.Name} in {move.Copy} on {_host.Name} is not like its original: {result.Error.Trim()}.")
            {
                Target = $"{_host.Name}:{move.Copy}",
                NextStep = "Look at the health of the device before you try again.",
            };
        }

        if (result.ExitCode != 0) throw new HostCommandException(_host.Name, action, result);
    }

    public async Task SwitchAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        // Before anything is replaced: what is put back is what was there, not what it should have been.
        await Files(move.Old).KeepConfigAsync(cancellationToken).ConfigureAwait(false);
        _aside = MoveScripts.AsidePrefix + context.Stamp();
        MemberFiles files = Files(move.New);
        await files.StageConfigAsync(move.After.Name, EtcdConfiguration.Render(move.After.RequireSpec(), move.New), cancellationToken).ConfigureAwait(false);
        await ReplaceAsync(MoveScripts.Switch, move.New, [files.StagedConfig, files.StagedUnit], cancellationToken).ConfigureAwait(false);
        if (!request.RemoveOldData) events.Message($"The old data of member {move.New.Name} is kept in {move.OldDirectory}/{_aside} on {_host.Name}.");
    }

    public async Task PutBackAsync(CancellationToken cancellationToken)
    {
        if (_stays is not null) throw _stays;
        if (_aside is null) return;
        // A switch that was cut off may still be at work.
        await RunAsync("wait for the switch to end", new HostScript(MoveScripts.Wait), cancellationToken).ConfigureAwait(false);
        await context.ServiceOf(move.New).StopAsync(move.New, cancellationToken).ConfigureAwait(false);
        await ReplaceAsync(MoveScripts.PutBack, move.Old, [_hasRun ? "yes" : "no"], cancellationToken).ConfigureAwait(false);
    }

    public Task WriteFilesAsync(CancellationToken cancellationToken) => Files(move.New).WriteConfigAsync(
        move.After.Name, EtcdConfiguration.Render(move.After.RequireSpec(), move.New), cancellationToken);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await context.ServiceOf(move.New).StartAsync(move.New, Version(), DataAtStart.Required, cancellationToken).ConfigureAwait(false);
            _hasRun = true;
        }
        catch (Exception e) when (e is not HostCommandException and not EtcdException { ErrorId: EtcdErrorIds.MemberDataLost or EtcdErrorIds.MemberDataUnreadable })
        {
            _hasRun = true; // nobody knows
            throw;
        }
    }

    /// <summary>
    /// The way back from starting it in the new place. It is stopped before its data is put back, unless the others would not keep the quorum
    /// meanwhile: then it stays where it is, and with it everything before.
    /// </summary>
    /// <exception cref="StepNotUndoneException">It stays in the new place.</exception>
    public async Task StopAgainAsync(CancellationToken cancellationToken)
    {
        if (!_hasRun) return;
        if (await _spare.FindLossAsync(move.New, cancellationToken).ConfigureAwait(false) is { } loss)
        {
            _stays = new StepNotUndoneException(
                $"member {move.New.Name} is left running with its data in {move.New.Layout.DataDirectory}, because stopping it would stop cluster '{move.Before.Name}': {loss}",
                "When all members serve, run the same command again: it completes the move.");
            throw _stays;
        }

        await context.ServiceOf(move.New).StopAsync(move.New, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The way back from saving the profile with the new place.</summary>
    /// <exception cref="StepNotUndoneException">The member stays there.</exception>
    public Task SaveOldProfileAsync(CancellationToken cancellationToken) =>
        _stays is not null ? throw _stays : context.Profiles.SaveAsync(move.Before, cancellationToken);

    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        if (_stays is not null) throw _stays;
        await context.ServiceOf(move.Old).StartAsync(move.Old, Version(), DataAtStart.Required, cancellationToken).ConfigureAwait(false);
        await new MemberGate(context).WaitAsync(move.Before, move.Old, request.Timeout, cancellationToken).ConfigureAwait(false);
    }

    public async Task CatchUpAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        await new CaughtUpGate(context).WaitAsync(move.After, move.New, request.Timeout, cancellationToken).ConfigureAwait(false);

    public Task RemoveOldAsync(string folder, CancellationToken cancellationToken) => RunAsync(
        "remove the old data",
        new HostScript(MoveScripts.RemoveOld)
        {
            Arguments = [folder, VolumeUnit.Name(folder), move.Before.Name, move.New.Name, move.New.WalDirectory ?? "", move.New.Directory, MemberFileScripts.MadeFoldersOf(move.New)],
        },
        cancellationToken);

    private Task ReplaceAsync(string script, MemberSpec member, string[] more, CancellationToken cancellationToken)
    {
        string[] arguments = [move.OldDirectory, move.New.Directory, _aside!, member.Layout.ConfigFile, SystemdUnit.Path(_unit), .. more]; // set by the switch
        return RunAsync($"switch member {member.Name} to {member.Directory}", new HostScript(script) { Arguments = arguments }, cancellationToken);
    }

    private MemberFiles Files(MemberSpec member) => new(_host, member);

    private EtcdVersion Version() => move.Before.RequireSpec().Version!.Value; // a member with data has been installed

    private Task RunAsync(string action, HostScript script, CancellationToken cancellationToken) =>
        _host.RunRequiredAsync(action, script, cancellationToken);
}
