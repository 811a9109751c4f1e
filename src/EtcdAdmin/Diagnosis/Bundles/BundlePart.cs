using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Diagnosis.Bundles;

/// <summary>What one source gave a support bundle. A source that fails must not hide the others.</summary>
/// <param name="Files">Its files.</param>
/// <param name="Missing">Why it gave none; null if it did.</param>
internal sealed record BundlePart(IReadOnlyList<BundleFile> Files, string? Missing)
{
    /// <summary>Reads a source within a time limit.</summary>
    public static async Task<BundlePart> ReadAsync(
        string what, Func<CancellationToken, Task<IReadOnlyList<BundleFile>>> read, TimeSpan limit, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        try
        {
            return new BundlePart(await TimeLimit.WithinAsync(read, limit, clock, cancellationToken).ConfigureAwait(false), null);
        }
        catch (TimeoutException)
        {
            return new BundlePart([], $"{what}: no answer within {limit.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is EtcdException or AggregateException or FormatException or IOException or UnauthorizedAccessException)
        {
            return new BundlePart([], $"{what}: {TerminalText.Words(e.Message)}");
        }
    }
}
