using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Events;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>Proves an undo, records it in the profile, and reports it.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="input">What was undone.</param>
/// <param name="final">The cluster afterwards.</param>
/// <param name="notes">Notes what is put aside.</param>
internal sealed class UndoOutcome(AdminContext context, UndoInput input, EtcdCluster final, RestoreNotes notes)
{
    private ProvedData _proved = new(0, 0, 0);

    public EtcdRestoreUndo Result => new()
    {
        Cluster = input.Proof.Of(final),
        Id = notes.Id,
        Undid = input.Record.Id,
        Revision = _proved.Revision,
        RevisionBefore = input.Now.Revision,
        RevisionBump = input.Anew?.Bump.Amount ?? 0,
        TotalKeys = _proved.TotalKeys,
        Hash = _proved.Hash,
        Backup = notes.BackupOf(final.RequireSpec().Members.Select(member => member.Name)),
        UndoCommand = notes.UndoCommand,
    };

    /// <summary>What is reported in place of the result: the undo is proved, and what follows ended early. Null where it is not yet.</summary>
    public string? WayBack => notes.Profile is null ? null
        : $"Restore {input.Record.Id} of cluster {final.Name} is undone and proved. The data that it replaced is kept in folders named {RestoreArchive.Mark}-{notes.Id} beside the data of its members ({RetiredMember.Mark}-{notes.Id} of those that left). To undo the undo: {notes.UndoCommand}";

    /// <summary>Proves the cluster, and records it.</summary>
    public async Task ProveAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        EtcdCluster asked = input.Proof.Of(final);
        await new HealthGate(context).WaitAsync(asked, input.Request.HealthTimeout, cancellationToken).ConfigureAwait(false);
        _proved = input.Anew is { } anew
            ? new ProvedData(anew.Revision, anew.Info.TotalKeys, await new RestoreProof(asked, anew).MakeAsync(context.Clock, events, cancellationToken).ConfigureAwait(false))
            : await new UndoProof(asked, input.Record).MakeAsync(context.Clock, events, cancellationToken).ConfigureAwait(false);
        await notes.BeginAsync(cancellationToken).ConfigureAwait(false);
        // A database that was restored anew was copied: what is kept of it can be put back again.
        if (input.Anew is null)
            await new RestoreRecords(context).SaveAsync(final.Name, input.Record with { UndoneBy = notes.Id }, cancellationToken).ConfigureAwait(false);
        await context.Profiles.SaveAsync(final, cancellationToken).ConfigureAwait(false);
        await new LastSeenStore(context).NoteAsync(final.Name, _proved.Revision, final.RequireSpec().Members[0].Name, cancellationToken).ConfigureAwait(false);
    }
}
