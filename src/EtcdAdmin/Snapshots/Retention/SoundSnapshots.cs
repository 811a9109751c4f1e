using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>Checks whether a snapshot can replace others or is worth copying.</summary>
/// <param name="clock">The clock of the verifier.</param>
internal sealed class SoundSnapshots(TimeProvider clock)
{
    private readonly SnapshotVerifier _verifier = new(clock);

    /// <summary>Reads a snapshot completely. An encrypted snapshot is not opened: it is sound if it still matches its manifest.</summary>
    /// <param name="path">The file.</param>
    /// <param name="restorable">Whether a restore must accept the snapshot without skipping a check.</param>
    /// <param name="events">Receives progress.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>What is wrong with the snapshot, without a full stop; null if nothing is wrong.</returns>
    public async Task<string?> ProblemAsync(string path, bool restorable, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        try
        {
            SnapshotVerdict verdict = await _verifier.VerifyAsync(path, secrets: null, events, cancellationToken).ConfigureAwait(false);
            if (restorable && verdict is { Passed: true, Snapshot: { } snapshot }
                && SnapshotFault.Find(snapshot, snapshot.Format, skipHashCheck: false) is { } doubt)
                return doubt.Message.TrimEnd('.');
            return verdict.Passed
                ? null
                : string.Join("; ", verdict.Checks.Where(check => check.Passed == false).Select(check => check.Detail.TrimEnd('.')));
        }
        catch (EtcdException e) when (e.ErrorId is EtcdErrorIds.SnapshotEncrypted or EtcdErrorIds.SnapshotKeyWrong)
        {
            return await SealedProblemAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            return e.Message.TrimEnd('.'); // an unreadable file cannot be restored either
        }
    }

    private static async Task<string?> SealedProblemAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            SnapshotManifest? manifest = await SnapshotManifest.FindAsync(path, cancellationToken).ConfigureAwait(false);
            if (manifest is null) return "it is encrypted and has no manifest to compare it with";
            return await FileHash.ComputeAsync(path, cancellationToken).ConfigureAwait(false) == manifest.Sha256
                ? null
                : "its SHA-256 differs from the SHA-256 in its manifest";
        }
        catch (EtcdException e)
        {
            return e.Message.TrimEnd('.');
        }
    }
}
