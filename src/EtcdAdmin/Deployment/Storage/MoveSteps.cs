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

/// <summary>The steps of a move. There is one object for each plan, because undoing the switch needs data of the switch.</summary>
internal sealed class MoveSteps(AdminContext context, MovePlan move, MoveDataRequest request)
{
    private readonly IHost _host = context.HostOf(move.New);
    private readonly string _unit = move.New.Unit ?? ""; // members on hosts have one
    private readonly QuorumSpare _spare = new(context, move.After.Reaching([.. move.Before.Endpoints.Union(move.After.Endpoints)]));
    private string? _aside;
    private bool _hasRun;
    private StepNotUndoneException? _leftInPlace;

    public async Task CopyAsync(CancellationToken cancellationToken)
    {
        var prepare = new HostScript(MemberFileScripts.Prepare) { Arguments = MemberFileScripts.PrepareArguments(move.New, [move.New.Directory]) };
        await RunAsync("make the folder for the data", prepare, cancellationToken).ConfigureAwait(false);
        var copy = new HostScript(MoveScripts.Copy) { Arguments = [move.OldData, move.Copy, _unit] };
        await RunAsync($"copy the data of member {move.New.Name}", copy, cancellationToken).ConfigureAwait(false);
    }

    public Task RemoveCopyAsync(CancellationToken cancellationToken) => _leftInPlace is not null ? throw _leftInPlace : RunAsync(
        "remove the copy", new HostScript(MoveScripts.RemoveCopy) { Arguments = [move.Copy] }, cancellationToken);

    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        var script = new HostScript(MoveScripts.Compare) { Arguments = [move.OldData, move.Copy, _unit] };
        string action = $"compare the copy of the data of member {move.New.Name}";
        ScriptResult result = await _host.RunAsync(script, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == MoveScripts.Differs)
        {
            throw new EtcdException(EtcdErrorIds.ChecksumMismatch,
                $"The copy of the data of member {move.New.Name} in {move.Copy} on {_host.Name} differs from the original: {result.Error.Trim()}.")
            {
                Target = $"{_host.Name}:{move.Copy}",
                NextStep = "Check the device for errors before you try again.",
            };
        }

        if (result.ExitCode != 0) throw new HostCommandException(_host.Name, action, result);
    }

    public async Task SwitchAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        // Keep the files before anything is replaced: a rollback puts back the real files, not those of the specification.
        await Files(move.Old).KeepConfigAsync(cancellationToken).ConfigureAwait(false);
        _aside = MoveScripts.AsidePrefix + context.Stamp();
        MemberFiles files = Files(move.New);
        await files.StageConfigAsync(move.After.Name, EtcdConfiguration.Render(move.After.RequireSpec(), move.New), cancellationToken).ConfigureAwait(
            false);
        await ReplaceAsync(MoveScripts.Switch, move.New, [files.StagedConfig, files.StagedUnit], cancellationToken).ConfigureAwait(false);
        if (!request.RemoveOldData)
            events.Message($"The old data of member {move.New.Name} is kept in {move.OldDirectory}/{_aside} on {_host.Name}.");
    }

    public async Task PutBackAsync(CancellationToken cancellationToken)
    {
        if (_leftInPlace is not null) throw _leftInPlace;
        if (_aside is null) return;
        // An interrupted switch may still be running.
        await RunAsync("wait until the switch to the new data folder has ended", new HostScript(MoveScripts.Wait), cancellationToken).ConfigureAwait(
            false);
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
        catch (Exception e) when (e is not HostCommandException
        and not EtcdException { ErrorId: EtcdErrorIds.MemberDataLost or EtcdErrorIds.MemberDataUnreadable })
        {
            _hasRun = true; // unknown, so assume it
            throw;
        }
    }

    /// <summary>
    /// Undoes the start in the new place: stops the member before its data is put back. If the other members would not keep the quorum
    /// meanwhile, the member and all earlier steps are left as they are.
    /// </summary>
    /// <exception cref="StepNotUndoneException">The member is left in the new place.</exception>
    public async Task StopAgainAsync(CancellationToken cancellationToken)
    {
        if (!_hasRun) return;
        if (await _spare.FindLossAsync(move.New, cancellationToken).ConfigureAwait(false) is { } loss)
        {
            _leftInPlace = new StepNotUndoneException(
                $"member {move.New.Name} is left running with its data in {move.New.Layout.DataDirectory}, because stopping it would stop cluster "
                    + $"'{move.Before.Name}': {loss}",
                "When all members serve, run the same command again: it completes the move.");
            throw _leftInPlace;
        }

        await context.ServiceOf(move.New).StopAsync(move.New, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Undoes saving the profile with the new place.</summary>
    /// <exception cref="StepNotUndoneException">The member is left in the new place.</exception>
    public Task SaveOldProfileAsync(CancellationToken cancellationToken) =>
        _leftInPlace is not null ? throw _leftInPlace : context.Profiles.SaveAsync(move.Before, cancellationToken);

    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        if (_leftInPlace is not null) throw _leftInPlace;
        await context.ServiceOf(move.Old).StartAsync(move.Old, Version(), DataAtStart.Required, cancellationToken).ConfigureAwait(false);
        await new MemberGate(context).WaitAsync(move.Before, move.Old, request.Timeout, cancellationToken).ConfigureAwait(false);
    }

    public async Task CatchUpAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        await new CaughtUpGate(context).WaitAsync(move.After, move.New, request.Timeout, cancellationToken).ConfigureAwait(false);

    public Task RemoveOldAsync(string folder, CancellationToken cancellationToken) => RunAsync(
        "remove the old data",
        new HostScript(MoveScripts.RemoveOld)
        {
            Arguments =
            [
                folder,
                VolumeUnit.Name(folder),
                move.Before.Name,
                move.New.Name,
                move.New.WalDirectory ?? "",
                move.New.Directory,
                MemberFileScripts.MadeFoldersOf(move.New),
            ],
        },
        cancellationToken);

    private Task ReplaceAsync(string script, MemberSpec member, string[] more, CancellationToken cancellationToken)
    {
        // Set by the switch.
        string[] arguments = [move.OldDirectory, move.New.Directory, _aside!, member.Layout.ConfigFile, SystemdUnit.Path(_unit), .. more];
        return RunAsync($"switch member {member.Name} to {member.Directory}", new HostScript(script) { Arguments = arguments }, cancellationToken);
    }

    private MemberFiles Files(MemberSpec member) => new(_host, member);

    private EtcdVersion Version() => move.Before.RequireSpec().InstalledVersionOf(move.Old);

    private Task RunAsync(string action, HostScript script, CancellationToken cancellationToken) =>
        _host.RunRequiredAsync(action, script, cancellationToken);
}
