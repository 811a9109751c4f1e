using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Proves a restore, records it in the profile, and reports the result.</summary>
/// <param name="context">The environment.</param>
/// <param name="input">What was restored.</param>
/// <param name="restored">The cluster right after the restore.</param>
/// <param name="final">The cluster at the end, after other members joined it.</param>
/// <param name="recorder">Records what is kept.</param>
internal sealed class RestoreOutcome(AdminContext context, RestoreInput input, EtcdCluster restored, EtcdCluster final, RestoreRecorder recorder)
{
    private uint _hash;

    /// <summary>The alarms that came with the snapshot.</summary>
    public RestoreAlarms Alarms => new(context, input, restored);

    public EtcdRestore Result => new()
    {
        Cluster = input.Proof.Of(final),
        Path = input.Info.Path,
        Revision = input.Revision,
        RevisionBump = input.Bump.Amount,
        BumpReason = input.Bump.Reason,
        TotalKeys = input.Info.TotalKeys,
        Hash = _hash,
        Id = recorder.Id,
        // An array, so that scripts can take the first element by index.
        Backup = recorder.BackupOf(final.RequireSpec().Members.Select(member => member.Name)),
        UndoCommand = recorder.Profile is null ? null : recorder.UndoCommand,
    };

    /// <summary>Proves the restored cluster, and records it.</summary>
    /// <param name="recorded">The specification for the profile.</param>
    /// <param name="events">Receives warnings and messages.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task ProveAsync(ClusterSpec recorded, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        EtcdCluster asked = input.Proof.Of(restored);
        await new HealthGate(context).WaitAsync(asked, input.Request.HealthTimeout, cancellationToken).ConfigureAwait(false);
        _hash = await new RestoreProof(asked, input).MakeAsync(context.Clock, events, cancellationToken).ConfigureAwait(false);
        await Alarms.WarnAsync(events, cancellationToken).ConfigureAwait(false);
        if (!input.Request.SkipBackup) await recorder.BeginAsync(cancellationToken).ConfigureAwait(false);
        await context.Profiles.SaveAsync(restored.WithSpec(recorded), cancellationToken).ConfigureAwait(false);
        // Clients see this revision from now on, so a later restore must exceed it even if the members are not asked again.
        await new LastSeenStore(context).NoteAsync(
            restored.Name, input.Revision, restored.RequireSpec().Members[0].Name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The message if a later step ends the operation before it can return its result. Null if nothing is kept.</summary>
    public string? ResultMessage => recorder.Profile is null ? null
        : $"Cluster {restored.Name} is restored and proved. Its old state is kept: the data in folders named {RestoreArchive.Mark}-{recorder.Id} "
            + $"beside the members' data ({RetiredMember.Mark}-{recorder.Id} for members that left), and the profile in '{recorder.Profile}'. "
            + $"To undo the restore: {recorder.UndoCommand}";
}
