using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Settings.Translation;
using EtcdAdmin.Upgrades.Adoption;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>The work of the steps of a conversion on the member's host, and what they find out.</summary>
/// <param name="context">The environment.</param>
/// <param name="before">The cluster with the adopted member.</param>
/// <param name="after">The cluster with the managed member.</param>
/// <param name="old">The adopted member.</param>
/// <param name="managed">The managed member.</param>
/// <param name="request">The request.</param>
internal sealed class ConversionWork(
    AdminContext context, EtcdCluster before, EtcdCluster after, MemberSpec old, MemberSpec managed, ConversionRequest request)
{
    private const int ArchiveExists = 46;

    private readonly AdoptedMember _adopted = old.Adopted!; // it is converted
    private readonly KeptFiles _kept = new(context, managed);
    private readonly bool _isBefore3 = before.IsBefore3;

    // In a cluster of etcd 2.3, somebody may have begun to exchange the programs by hand: such a member keeps its database.
    private readonly bool _ran23 = before.IsBefore3 && old.Adopted!.HasNoDatabase; // it is converted
    private readonly LagBefore3 _lag = new(context, after, managed);
    private long? _stoppedAt;
    private bool? _hasSettled;

    public (string Path, string Sha256, long Bytes)? Archive { get; private set; }

    public TimeSpan? Downtime { get; private set; }

    public IReadOnlyList<EtcdOldFile> OldFiles { get; private set; } = [];

    /// <summary>The cluster as it is when the member is converted: the last one of etcd 2.3 makes it a cluster of etcd 3.0.</summary>
    public EtcdCluster Finished { get; } = before.IsBefore3 && after.RequireSpec().Members.All(one => one.Adopted is null)
        ? after.WithSpec(after.RequireSpec() with
        {
            Version = managed.Version,
            Tuning = SettingTranslation.Of(
                before.Name, after.RequireSpec().Tuning, before.RequireSpec().Version!.Value, managed.Version!.Value).Tuning, // both are known
            Members = [.. after.RequireSpec().Members.Select(one => one with { Version = one.Version == managed.Version ? null : one.Version })],
        })
        : after;

    private IHost Host => context.HostOf(managed);

    private string KeptFolder => managed.Layout.ConfigDirectory + KeptFiles.Mark;

    private string? Snap => _adopted.Kind == AdoptedKind.Snap && _adopted.Source.Split(' ') is ["snap", var name, ..] ? name : null;

    private string[] Moves => [_adopted.DataDirectory, managed.Layout.DataDirectory, _adopted.WalDirectory ?? "", managed.WalPath ?? ""];

    public Task CopyProgramsAsync(EtcdVersion version, CancellationToken cancellationToken) => RunAsync(
        $"copy the programs of member {old.Name}", ConversionScripts.CopyPrograms,
        [_adopted.Program, $"{managed.BinDirectory}/{version}", version.ToString()],
        cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await MemberDataCheck.RequireBeforeStopAsync(context, old, cancellationToken).ConfigureAwait(false);
        await new QuorumSpare(context, before).RequireAsync(old, cancellationToken).ConfigureAwait(false);
        if (_ran23 && (await context.ServiceOf(old).GetStateAsync(old, cancellationToken).ConfigureAwait(false)).IsRunning)
            await _lag.NoteAsync(cancellationToken).ConfigureAwait(false);
        _stoppedAt = context.Clock.GetTimestamp();
        await context.ServiceOf(old).StopAsync(old, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Back to the old installation: its unit runs the member again.</summary>
    public async Task StartOldAsync(CancellationToken cancellationToken)
    {
        await RequireUnsettledAsync(cancellationToken).ConfigureAwait(false);
        await context.ServiceOf(old).StartAsync(old, Version, DataAtStart.Required, cancellationToken).ConfigureAwait(false);
        await new MemberGate(context).WaitAsync(before, old, request.Timeout, cancellationToken).ConfigureAwait(false);
    }

    public async Task BackUpAsync(CancellationToken cancellationToken)
    {
        string archive = $"{request.BackupDirectory}/{before.Name}-{old.Name}-{context.Stamp()}.tar";
        var script = new HostScript(ConversionScripts.BackUp)
        {
            Arguments =
            [
                archive, _adopted.DataDirectory, _adopted.DataDirectory,
                .. new[]
                {
                    _adopted.WalDirectory, _adopted.UnitFile, $"{SystemdUnit.Directory}/{old.Unit}.d", _adopted.ConfigFile, _adopted.CaFile,
                    _adopted.ServerCertificateFile, _adopted.ServerKeyFile, _adopted.PeerCaFile, _adopted.PeerCertificateFile, _adopted.PeerKeyFile,
                    // Everything else that goes with the snap; data of other revisions does not.
                    Snap is { } snap ? $"/var/snap/{snap}/common" : null,
                }.OfType<string>(),
                .. _adopted.EnvironmentFiles,
            ],
        };
        ScriptResult result = await Host.RunAsync(script, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == ArchiveExists)
        {
            throw new EtcdException(EtcdErrorIds.AlreadyExists, $"The backup {archive} exists already on {old.HostName}, and is never overwritten.")
            {
                Target = archive,
                NextStep = "Run the command again, which gives the archive a new name.",
            };
        }

        if (result.ExitCode != 0) throw new HostCommandException(Host.Name, $"back up member {old.Name}", result);
        if (result.Output.Trim().Split(' ') is [var sha, var size]
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes))
            Archive = (archive, sha, bytes);
    }

    public async Task SwitchAsync(CancellationToken cancellationToken)
    {
        await _kept.KeepAsync(cancellationToken).ConfigureAwait(false);
        // Convertible ones have one.
        await RunAsync($"disable {old.Unit}", ConversionScripts.LeaveUnit, [old.Unit!, KeptFolder], cancellationToken).ConfigureAwait(false);
        var files = new MemberFiles(Host, managed);
        await files.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await RunAsync($"move the data of member {old.Name}", ConversionScripts.MoveIn, [.. Moves, managed.User!, KeptFolder], cancellationToken)
            .ConfigureAwait(false); // managed ones on hosts have a user
        if (after.RequireSpec().Tls) await CopyCertificatesAsync(cancellationToken).ConfigureAwait(false);
        await files.WriteAsync(after.Name, after.RequireSpec(), certificates: null, cancellationToken).ConfigureAwait(false);
    }

    public async Task SwitchBackAsync(CancellationToken cancellationToken)
    {
        await RequireUnsettledAsync(cancellationToken).ConfigureAwait(false);
        if (_ran23) await new LogBefore3(context, managed, KeptFolder + "/owner").BringBackAsync(cancellationToken).ConfigureAwait(false);
        string enabled = await RunAsync(
            // As in SwitchAsync.
            $"move the data of member {old.Name} back", ConversionScripts.MoveBack, [.. Moves, KeptFolder, old.Unit!, _ran23 ? "yes" : "no"],
            cancellationToken)
            .ConfigureAwait(false);
        await _kept.PutBackAsync(context.Stamp(), cancellationToken).ConfigureAwait(false);
        // As in SwitchAsync.
        await RunAsync($"enable {old.Unit}", ConversionScripts.EnableUnit, [old.Unit!, enabled.Trim()], cancellationToken).ConfigureAwait(false);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // etcd 3.0 makes the database at its first start on the data of 2.3.
        if (_ran23)
        {
            await MemberDataCheck.RequireLogAsync(context, managed, cancellationToken).ConfigureAwait(false);
            await _lag.RequireAsync(cancellationToken).ConfigureAwait(false);
        }

        await context.ServiceOf(managed).StartAsync(managed, Version, _ran23 ? DataAtStart.MayBeCreated : DataAtStart.Required, cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task StopNewAsync(CancellationToken cancellationToken)
    {
        await RequireUnsettledAsync(cancellationToken).ConfigureAwait(false);
        await context.ServiceOf(managed).StopAsync(managed, cancellationToken).ConfigureAwait(false);
    }

    public async Task ProveAsync(CancellationToken cancellationToken)
    {
        await new MemberGate(context).WaitAsync(after, managed, request.Timeout, cancellationToken).ConfigureAwait(false);
        if (_stoppedAt is { } stopped) Downtime = context.Clock.GetElapsedTime(stopped);
        await new HealthGate(context).WaitAsync(after, request.Timeout, cancellationToken).ConfigureAwait(false);
        if (!_isBefore3) return;
        var proof = new ProofBefore3(context, after, managed, request.Timeout);
        await proof.ProveAsync(cancellationToken).ConfigureAwait(false);
        if (Finished != after) await proof.ProveClusterAsync(Finished, cancellationToken).ConfigureAwait(false);
    }

    public async Task PurgeAsync(string? package, CancellationToken cancellationToken)
    {
        bool isOurs = old.Unit == managed.Unit;
        bool isSnap = _adopted.Kind == AdoptedKind.Snap; // snapd removes its own files
        // Convertible ones have one.
        bool isAdministrators = !isSnap && _adopted.UnitFile!.StartsWith(SystemdUnit.Directory + "/", StringComparison.Ordinal);
        string[] files =
        [
            .. new[]
            {
                isAdministrators && !isOurs ? _adopted.UnitFile : null,
                isSnap || _adopted.ConfigFile == managed.Layout.ConfigFile ? null : _adopted.ConfigFile,
            }.OfType<string>(),
            .. _adopted.EnvironmentFiles,
        ];
        string output = await RunAsync(
            $"remove the old installation of member {old.Name}", ConversionScripts.Purge,
            [package ?? "", Snap ?? "", old.Unit!, DataToRemove, KeptFolder, .. files], cancellationToken)
            .ConfigureAwait(false);
        await _kept.ForgetAsync(cancellationToken).ConfigureAwait(false);
        OldFiles =
        [
            .. output.Split('\n').Select(line => line.Split('\t')).Where(fields => fields is ["removed" or "kept", _, ..])
                .Select(fields => new EtcdOldFile(fields[1], fields[0] == "removed", FactFields.At(fields, 2))),
            .. Untouched(package).Select(path => new EtcdOldFile(path, false, "other programs may use it")),
        ];
    }

    // When all members run etcd 3.0 they agree on it, and 2.3 would refuse the data.
    private async Task RequireUnsettledAsync(CancellationToken cancellationToken)
    {
        if (!_isBefore3) return;
        _hasSettled ??= await GuardBefore3.HasSettledAsync(after, cancellationToken).ConfigureAwait(false);
        if (_hasSettled == false) return;
        throw new StepNotUndoneException(
            $"the members of cluster '{after.Name}' have agreed on etcd 3.0, and etcd 2.3 would refuse the data",
            $"Read the log of member {managed.Name} ({managed.LogPlace}), then run the same command again; it continues from here.");
    }

    private EtcdVersion Version => after.RequireSpec().InstalledVersionOf(managed);

    // Where the data stays below its old folder, that folder is the member's.
    private string DataToRemove => managed.Layout.DataDirectory.StartsWith(_adopted.DataDirectory + "/", StringComparison.Ordinal)
        || _adopted.Kind == AdoptedKind.Snap ? "" : _adopted.DataDirectory;

    private IEnumerable<string> Untouched(string? package)
    {
        if (Snap is not null) yield break; // they went with the snap, and are in the archive
        if (package is null) yield return _adopted.Program;
        foreach (string path in new[]
        {
            _adopted.CaFile, _adopted.ServerCertificateFile, _adopted.ServerKeyFile, _adopted.PeerCertificateFile, _adopted.PeerKeyFile,
        }.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (!path.StartsWith(managed.Layout.PkiDirectory + "/", StringComparison.Ordinal)) yield return path;
        }
    }

    private Task CopyCertificatesAsync(CancellationToken cancellationToken)
    {
        MemberLayout layout = managed.Layout;
        // The guard has found all of them.
        return RunAsync($"copy the certificates of member {old.Name}", ConversionScripts.CopyCertificates,
        [
            managed.User!, _adopted.CaFile!, layout.CaFile, "0644", _adopted.ServerCertificateFile!, layout.ServerCertificateFile, "0644",
            _adopted.ServerKeyFile!, layout.ServerKeyFile, "0600", _adopted.PeerCertificateFile!, layout.PeerCertificateFile, "0644",
            _adopted.PeerKeyFile!, layout.PeerKeyFile, "0600",
        ], cancellationToken);
    }

    private Task<string> RunAsync(string action, string script, string[] arguments, CancellationToken cancellationToken) => Host.RunRequiredAsync(
        action, new HostScript(script) { Arguments = arguments }, cancellationToken);
}
