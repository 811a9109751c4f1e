using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Events;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>Proves an undo, records it in the profile, and reports it.</summary>
/// <param name="context">The environment.</param>
/// <param name="input">What was undone.</param>
/// <param name="final">The cluster after the undo.</param>
/// <param name="recorder">Records what is kept.</param>
internal sealed class UndoOutcome(AdminContext context, UndoInput input, EtcdCluster final, RestoreRecorder recorder)
{
    private ProvedData _proved = new(0, 0, 0);

    public EtcdRestoreUndo Result => new()
    {
        Cluster = input.Proof.Of(final),
        Id = recorder.Id,
        Undid = input.Record.Id,
        Revision = _proved.Revision,
        RevisionBefore = input.Now.Revision,
        RevisionBump = input.Anew?.Bump.Amount ?? 0,
        TotalKeys = _proved.TotalKeys,
        Hash = _proved.Hash,
        Backup = recorder.BackupOf(final.RequireSpec().Members.Select(member => member.Name)),
        UndoCommand = recorder.UndoCommand,
    };

    /// <summary>The message if a later step ends the operation before it can return its result. Null if the undo is not proved yet.</summary>
    public string? ResultMessage => recorder.Profile is null ? null
        : $"Restore {input.Record.Id} of cluster {final.Name} is undone and proved. "
            + $"The replaced data is kept in folders named {RestoreArchive.Mark}-{recorder.Id} beside the members' data "
            + $"({RetiredMember.Mark}-{recorder.Id} for members that left). To undo the undo: {recorder.UndoCommand}";

    /// <summary>Proves the cluster, and records it.</summary>
    public async Task ProveAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        EtcdCluster asked = input.Proof.Of(final);
        await new HealthGate(context).WaitAsync(asked, input.Request.HealthTimeout, cancellationToken).ConfigureAwait(false);
        _proved = input.Anew is { } anew
            ? new ProvedData(anew.Revision, anew.Info.TotalKeys,
            await new RestoreProof(asked, anew).MakeAsync(context.Clock, events, cancellationToken).ConfigureAwait(false))
            : await new UndoProof(asked, input.Record).MakeAsync(context.Clock, events, cancellationToken).ConfigureAwait(false);
        await recorder.BeginAsync(cancellationToken).ConfigureAwait(false);
        // A restored database was copied, so the kept data can be put back once more.
        if (input.Anew is null)
            await new RestoreRecords(context).SaveAsync(final.Name, input.Record with { UndoneBy = recorder.Id }, cancellationToken).ConfigureAwait(
                false);
        await context.Profiles.SaveAsync(final, cancellationToken).ConfigureAwait(false);
        await new LastSeenStore(context).NoteAsync(
            final.Name, _proved.Revision, final.RequireSpec().Members[0].Name, cancellationToken).ConfigureAwait(false);
    }
}
