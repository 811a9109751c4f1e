using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Recovery.Tools;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The steps of a restore on one member, each with its rollback.</summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster's name.</param>
/// <param name="member">The member.</param>
/// <param name="specs">The cluster before and after.</param>
/// <param name="state">Whether the member runs, and whether it ran when the restore first began.</param>
/// <param name="archives">Where its old data is kept: by this restore first, then by interrupted attempts.</param>
internal sealed class MemberRestore(
    AdminContext context, string cluster, MemberSpec member, RestoreSpecs specs, RestoreMemberState state, IReadOnlyList<RestoreArchive> archives)
{
    private readonly IHost _host = context.HostOf(member);
    private readonly IMemberService _service = context.ServiceOf(member);

    public MemberSpec Member => member;

    /// <summary>A plan step on this member.</summary>
    /// <param name="kind">The kind of step.</param>
    /// <param name="action">The step's text, an order.</param>
    public StepText Step(StepKind kind, string action) => member.Step(kind, action);

    /// <summary>Whether the member serves, so that stopping it is an interruption.</summary>
    public bool Serves => state.Serves;

    /// <summary>What the restore being undone kept of the member; null if this is not an undo.</summary>
    public KeptMember? Kept { get; init; }

    /// <summary>Records the hash of kept data after a rollback moved it back to where it was kept; null if this is not an undo.</summary>
    public KeptHashes? Hashes { get; init; }

    /// <summary>Whether the kept data is put back; otherwise new data is made.</summary>
    public bool PutsBack { get; init; }

    /// <summary>The data that replaces the present data. It is beside the present data on the same file system, so the switch is a rename.</summary>
    private string NewData => PutsBack ? Kept!.Archive.Data : member.Layout.DataDirectory + ".restore"; // an undo has kept data

    private string? NewWal => member.WalPath is { } wal ? PutsBack ? Kept!.Archive.Wal : wal + ".restore" : null; // an undo has kept data

    // Beside the data, where there must be space for a database in any case.
    private string Copy => member.Layout.DataDirectory + ".restore.db";

    private EtcdVersion Version => specs.Restored.InstalledVersionOf(member);

    public async Task MakeDataAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        string file = await BringAsync(input, cancellationToken).ConfigureAwait(false);
        RestoreTool tool = await RestoreTool.FindAsync(_host, member, Version, cancellationToken).ConfigureAwait(false);
        await RunAsync(
            $"restore the snapshot for member {member.Name}",
            RestoreScripts.Restore,
            [
                tool.Path, file, NewData, member.Name, EtcdConfiguration.Text(member.PeerUrl(specs.Restored.Tls)),
                EtcdConfiguration.InitialCluster(specs.Restored), specs.Restored.Token, input.Bump.Amount.ToString(CultureInfo.InvariantCulture),
                input.Info.HasTrailer ? "no" : "yes", NewWal ?? "", member.User ?? "",
            ],
            cancellationToken).ConfigureAwait(false);
        if (file == Copy) await RunAsync("remove the copy of the snapshot", RestoreScripts.Discard, [file], cancellationToken).ConfigureAwait(false);
    }

    public Task DiscardDataAsync(CancellationToken cancellationToken) =>
        RunAsync("remove what the restore left", RestoreScripts.Discard, [NewData, Copy, .. Some(NewWal)], cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _service.StopAsync(member, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => _service.StartAsync(member, Version, DataAtStart.Required, cancellationToken);

    /// <summary>The rollback of stopping the member.</summary>
    /// <param name="wasTold">Whether the member may have received the order to stop.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task StartIfItRanAsync(bool wasTold, CancellationToken cancellationToken)
    {
        if (!state.Ran) return;
        // Stopping may have been interrupted after the order was sent: the member still runs for a moment and then ends.
        if (wasTold) await StopAsync(cancellationToken).ConfigureAwait(false);
        await StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task SwitchAsync(CancellationToken cancellationToken)
    {
        await RunAsync($"switch the data of member {member.Name}", RestoreScripts.Switch, DataFolders(), cancellationToken).ConfigureAwait(false);
        // The file on the host, which may have been changed by hand.
        await RunAsync(
            $"keep the configuration of member {member.Name}", RestoreScripts.KeepConfig,
            [archives[0].Data, archives[0].Files, member.Layout.ConfigFile, member.User ?? ""], cancellationToken).ConfigureAwait(false);
        if (Kept is not null) await KeptFiles.BringBackAsync(cancellationToken).ConfigureAwait(false);
        await WriteConfigAsync(specs.Restored, cancellationToken).ConfigureAwait(false);
        if (PutsBack) await KeptFiles.BringConfigurationBackAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the kept configuration, certificates, keys and unit after the data came back.</summary>
    public Task ForgetKeptAsync(CancellationToken cancellationToken) => KeptFiles.ForgetAsync(cancellationToken);

    public async Task SwitchBackAsync(CancellationToken cancellationToken)
    {
        await RunAsync($"put the old data of member {member.Name} back", RestoreScripts.SwitchBack, DataFolders(), cancellationToken)
            .ConfigureAwait(false);
        // A member that is not in the cluster now had no configuration there.
        if (Kept is not null && specs.Old.Named(member.Name) is null) await KeptFiles.TakeAwayAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WriteConfigAsync(specs.Old, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.DiskFull)
        {
            // The host's configuration was kept before anything was written. It comes back by a rename, which needs no space.
        }

        await RunAsync(
            $"put the configuration of member {member.Name} back", RestoreScripts.ConfigBack,
            [member.Layout.DataDirectory, archives[0].Files, member.Layout.ConfigFile], cancellationToken).ConfigureAwait(false);
        if (PutsBack && Hashes is not null) await Hashes.RecordAsync(member, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether old data is still where the restore put it; also true for a host that does not answer.</summary>
    public async Task<bool> HasArchiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await IsAnyThereAsync([.. archives.Select(archive => archive.Data)], cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException)
        {
            return true;
        }
    }

    /// <summary>What was kept of the member.</summary>
    public async Task<IReadOnlyList<EtcdRestoreBackup>> DescribeArchivesAsync(CancellationToken cancellationToken)
    {
        string output = await RunAsync(
            $"hash the old data of member {member.Name}", RestoreScripts.Describe,
                [.. archives.SelectMany(archive => new[] { archive.Data, archive.Wal ?? "", archive.Files })], cancellationToken)
            .ConfigureAwait(false);
        MemberSpec? old = archives[0].Retired ? null : specs.Old.Members.FirstOrDefault(known => known.Name == member.Name);
        EtcdRestoreBackup[] backups =
        [
            .. RestoreArchive.Parse(
                [.. archives.Select(archive => archive with { Cluster = cluster, KeepsConfiguration = old is not null })], output),
        ];
        foreach (EtcdRestoreBackup backup in backups) await RollBackScript.WriteAsync(_host, backup, cancellationToken).ConfigureAwait(false);
        if (old is null) return backups;
        foreach (RestoreArchive archive in archives.Where(archive => backups.Any(backup => backup.Path == archive.Data)))
        {
            // The configuration of a member that joins again was not kept.
            if (await IsAnyThereAsync([archive.Configuration], cancellationToken).ConfigureAwait(false)) continue;
            await new MemberFiles(_host, old).KeepConfigAsync(
                archive.Configuration, EtcdConfiguration.Render(specs.Old, old), cancellationToken).ConfigureAwait(false);
        }

        return backups;
    }

    private async Task<bool> IsAnyThereAsync(string[] paths, CancellationToken cancellationToken) =>
        await RunAsync($"look for the old data of member {member.Name}", RestoreScripts.AnyKept, paths, cancellationToken).ConfigureAwait(
            false) == "yes\n";

    public Task DeleteArchivesAsync(CancellationToken cancellationToken) => RunAsync(
        $"remove the old data of member {member.Name}", RestoreScripts.DeleteKept,
            [.. archives.SelectMany(archive => Some(archive.Data).Concat(Some(archive.Wal)))], cancellationToken);

    private KeptMemberFiles KeptFiles => new(_host, cluster, Kept!, PutsBack); // used by an undo only

    private static IEnumerable<string> Some(string? path) => path is null ? [] : [path];

    private string[] DataFolders() =>
        // There with it.
        [member.Layout.DataDirectory, archives[0].Data, NewData, .. member.WalPath is { } wal
        ? [wal, archives[0].Wal!, NewWal!]
        : Array.Empty<string>()];

    /// <summary>The path of the snapshot on the member's host.</summary>
    private async Task<string> BringAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        if (member.Connection is null) return input.DatabasePath;
        string action = $"copy the snapshot to the host of member {member.Name}";
        if (input.Info.HasTrailer)
        {
            using var sent = SentSnapshot.Open(input.DatabasePath, input.Info.DatabaseSha256);
            var receive = new HostScript(RestoreScripts.Receive)
            {
                Arguments = [Copy, sent.Size.ToString(CultureInfo.InvariantCulture), member.User ?? ""],
                StandardInput = sent,
            };
            await _host.RunRequiredAsync(action, receive, cancellationToken).ConfigureAwait(false);
            return Copy;
        }

        // Without a trailing hash, only this comparison detects damage in transit.
        var file = new HostFile(Copy, HostFileContent.FromFile(input.DatabasePath), AtomicFile.OwnerOnly) { Sha256 = input.Info.DatabaseSha256 };
        await _host.PutFilesAsync(action, [file], cancellationToken).ConfigureAwait(false);
        return Copy;
    }

    private Task WriteConfigAsync(ClusterSpec spec, CancellationToken cancellationToken) =>
        spec.Members.FirstOrDefault(known => known.Name == member.Name) is { } there
        ? new MemberFiles(_host, there).WriteConfigAsync(EtcdConfiguration.Render(spec, there), cancellationToken)
        : Task.CompletedTask; // a member that waits to join again has no running state to restore

    private Task<string> RunAsync(string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        _host.RunRequiredAsync(action, new HostScript(script) { Arguments = arguments }, cancellationToken);
}

/// <summary>The state of a member when a restore is planned.</summary>
/// <param name="Serves">It runs and answers.</param>
/// <param name="Ran">It runs, or it ran when the restore first began.</param>
internal sealed record RestoreMemberState(bool Serves, bool Ran);
