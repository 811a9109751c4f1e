using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>Whether a snapshot may stand in for others, or is worth copying.</summary>
/// <param name="clock">For the verifier.</param>
internal sealed class SoundSnapshots(TimeProvider clock)
{
    private readonly SnapshotVerifier _verifier = new(clock);

    /// <summary>Reads it through. One that is encrypted is not opened: it is sound if it is still what it was when it was taken and checked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="restorable">Whether it also has to be one that a restore takes without being told to skip a check.</param>
    /// <param name="events">Progress.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What is wrong with it, without a full stop; null for nothing.</returns>
    public async Task<string?> ProblemAsync(string path, bool restorable, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        try
        {
            SnapshotVerdict verdict = await _verifier.VerifyAsync(path, secrets: null, events, cancellationToken).ConfigureAwait(false);
            if (restorable && verdict is { Passed: true, Snapshot: { } snapshot } && SnapshotFault.Find(snapshot, snapshot.Form, skipHashCheck: false) is { } doubt)
                return doubt.Message.TrimEnd('.');
            return verdict.Passed ? null : string.Join("; ", verdict.Checks.Where(check => check.Passed == false).Select(check => check.Detail.TrimEnd('.')));
        }
        catch (EtcdException e) when (e.ErrorId is EtcdErrorIds.SnapshotEncrypted or EtcdErrorIds.SnapshotKeyWrong)
        {
            return await SealedProblemAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            return e.Message.TrimEnd('.'); // what cannot be read cannot be restored either
        }
    }

    private static async Task<string?> SealedProblemAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            SnapshotManifest? manifest = await SnapshotManifest.FindAsync(path, cancellationToken).ConfigureAwait(false);
            if (manifest is null) return "it is encrypted, and nothing is noted beside it to compare it with";
            return await FileHash.ComputeAsync(path, cancellationToken).ConfigureAwait(false) == manifest.Sha256 ? null : "its SHA-256 is not the one noted beside it";
        }
        catch (EtcdException e)
        {
            return e.Message.TrimEnd('.');
        }
    }
}
