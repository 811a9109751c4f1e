using System.Globalization;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>A source whose database is restored, as a snapshot is, into a cluster with a new id.</summary>
internal sealed class RestoreRebuild : SourceRebuild
{
    private readonly RestoreTool _tool;
    private readonly RevisionBump _bump;

    public RestoreRebuild(RebuildInput input, RestoreTool tool)
        : base(input)
    {
        _tool = tool;
        long highest = input.Choice.Candidates.Max(candidate => candidate.Revision ?? 0);
        _bump = RevisionBump.Past(highest, Current, tool.CanBump);
    }

    public override IReadOnlyList<string> Warnings => _bump.Warning is { } warning ? [warning] : [];

    public override long LeastRevision => Current + _bump.Amount;

    private long Current => Input.Choice.Chosen.Database!.CurrentRevision; // a source has a database

    // Beside the old data on the same file system, so the switch is a rename.
    private string NewData => Source.Layout.DataDirectory + ".restore";

    private string? NewWal => Source.WalPath is { } wal ? wal + ".restore" : null;

    private string[] WalFolders() => Source.WalPath is { } wal ? [wal, Paths.Wal, NewWal!] : []; // set together with WalPath

    public override void AddTo(PlanBuilder plan, MemberProvisioner provisioner)
    {
        string raised = _bump.Amount == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", revisions raised by {_bump.Amount}");
        plan.NextStage()
            .Add(Source.Step(StepKind.MakeData, $"Make new data for member {Source.Name} from its database{raised}") with
            {
                Detail = raised,
            }, (_, token) => MakeDataAsync(token));
        plan.NextStage().Add(
            Source.Step(StepKind.SwitchData, $"Move the data of member {Source.Name} aside and put the new data in its place"),
            async (_, token) =>
            {
                await RunAsync($"switch the data of member {Source.Name}", RecoveryScripts.Switch,
                    [.. WalFolders(), Source.Layout.DataDirectory, Paths.Data, NewData], token).ConfigureAwait(false);
                await provisioner.WriteFiles.WriteAsync(Source, token).ConfigureAwait(false);
            });
        plan.NextStage().Add(
            Source.Step(StepKind.StartMember, $"Start member {Source.Name} as a cluster of its own"),
            (_, token) => Service.StartAsync(Source, Version, DataAtStart.Required, token));
    }

    private Task MakeDataAsync(CancellationToken cancellationToken) =>
        RunAsync(
            $"restore the database of member {Source.Name}",
            RestoreScripts.Restore,
            [
                // Listed before.
                _tool.Path, Input.Settled.Source.Listing!.Database!.Path, NewData, Source.Name, EtcdConfiguration.Text(
                    Source.PeerUrl(Input.Specs.Alone.Tls)),
                EtcdConfiguration.InitialCluster(Input.Specs.Alone), Input.Specs.Alone.Token, _bump.Amount.ToString(
                    CultureInfo.InvariantCulture), "yes",
                NewWal ?? "", Source.User ?? "",
            ],
            cancellationToken);
}
