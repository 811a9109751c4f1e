using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Snapshots;

/// <summary>The steps of a restore on one member, each with its way back.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="member">The member.</param>
/// <param name="old">The cluster's specification before the restore.</param>
/// <param name="restored">The one after it: another token.</param>
/// <param name="wasRunning">Whether it ran when the restore was planned.</param>
/// <param name="stamp">Marks the old data's folder.</param>
internal sealed class MemberRestore(
    AdminContext context, MemberSpec member, ClusterSpec old, ClusterSpec restored, bool wasRunning, string stamp)
{
    private readonly IHost _host = context.HostOf(member);
    private readonly IMemberService _service = context.ServiceOf(member);

    public MemberSpec Member => member;

    public bool WasRunning => wasRunning;

    /// <summary>Where the new data is made, beside the old and on the same file system, so that switching is a rename.</summary>
    public string NewData => member.Layout.DataDirectory + ".restore";

    /// <summary>Where the old data goes.</summary>
    public string Backup => $"{member.Layout.DataDirectory}.before-restore-{stamp}";

    private EtcdVersion Version => restored.Version!.Value; // only installed clusters are restored

    public async Task MakeDataAsync(string snapshot, long bump, bool skipHashCheck, CancellationToken cancellationToken)
    {
        string file = await BringAsync(snapshot, cancellationToken).ConfigureAwait(false);
        RestoreTool tool = await RestoreTool.FindAsync(_host, member, Version, cancellationToken).ConfigureAwait(false);
        await RunAsync(
            $"restore the snapshot for member {member.Name}",
            RestoreScripts.Restore,
            [
                tool.Path, file, NewData, member.Name, EtcdConfiguration.Text(member.PeerUrl(restored.Tls)),
                EtcdConfiguration.InitialCluster(restored), restored.Token, bump.ToString(CultureInfo.InvariantCulture), skipHashCheck ? "yes" : "no",
                NewWal ?? "", member.User ?? "",
            ],
            cancellationToken).ConfigureAwait(false);
        if (file != snapshot) await RunAsync("remove the copy of the snapshot", RestoreScripts.Discard, [file], cancellationToken).ConfigureAwait(false);
    }

    public Task DiscardDataAsync(CancellationToken cancellationToken) =>
        RunAsync("remove what the restore left", RestoreScripts.Discard, [NewData, Copy, .. NewWal is { } wal ? [wal] : Array.Empty<string>()], cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _service.StopAsync(member, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => _service.StartAsync(member, Version, cancellationToken);

    public Task StartIfItRanAsync(CancellationToken cancellationToken) =>
        wasRunning ? StartAsync(cancellationToken) : Task.CompletedTask;

    public async Task SwitchAsync(CancellationToken cancellationToken)
    {
        await RunAsync($"switch the data of member {member.Name}", RestoreScripts.Switch, DataFolders(), cancellationToken).ConfigureAwait(false);
        await WriteConfigAsync(restored, cancellationToken).ConfigureAwait(false);
    }

    public async Task SwitchBackAsync(CancellationToken cancellationToken)
    {
        await RunAsync($"put the old data of member {member.Name} back", RestoreScripts.SwitchBack, DataFolders(), cancellationToken)
            .ConfigureAwait(false);
        await WriteConfigAsync(old, cancellationToken).ConfigureAwait(false);
    }

    public Task DeleteBackupAsync(CancellationToken cancellationToken) =>
        RunAsync($"remove the old data of member {member.Name}", RestoreScripts.Discard, [Backup, .. BackupWal is { } wal ? [wal] : Array.Empty<string>()], cancellationToken);

    private string? NewWal => member.WalPath is { } wal ? wal + ".restore" : null;

    private string? BackupWal => member.WalPath is { } wal ? $"{wal}.before-restore-{stamp}" : null;

    // Beside the data, where there has to be room for a database in any case.
    private string Copy => member.Layout.DataDirectory + ".restore.db";

    private string[] DataFolders() =>
        [member.Layout.DataDirectory, Backup, NewData, .. member.WalPath is { } wal ? [wal, BackupWal!, NewWal!] : Array.Empty<string>()]; // there with it

    /// <summary>Where the member's host has the snapshot.</summary>
    private async Task<string> BringAsync(string snapshot, CancellationToken cancellationToken)
    {
        if (member.Connection is null) return snapshot;
        var file = new HostFile(Copy, HostFileContent.FromFile(snapshot), AtomicFile.OwnerOnly);
        await _host.PutFilesAsync($"bring the snapshot to member {member.Name}", [file], cancellationToken).ConfigureAwait(false);
        return Copy;
    }

    private Task WriteConfigAsync(ClusterSpec spec, CancellationToken cancellationToken) =>
        new MemberFiles(_host, member).WriteConfigAsync(EtcdConfiguration.Render(spec, member), cancellationToken);

    private Task RunAsync(string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        _host.RunRequiredAsync(action, new HostScript(script) { Arguments = arguments }, cancellationToken);
}
