using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Sources;

/// <summary>Asks sources, remembers what those that could not help said, and decides which answers end the search.</summary>
internal sealed class SourceAnswers(PackageRequest request, IProgress<EtcdEvent>? events)
{
    private readonly List<string> _answers = [];
    private readonly List<EtcdException> _errors = [];

    /// <summary>The answer; null where the source cannot help and another may.</summary>
    public async Task<T?> AskAsync<T>(IPackageSource source, Func<Task<T>> ask)
        where T : class
    {
        try
        {
            T answer = await ask().ConfigureAwait(false);
            if (answer is IReadOnlyCollection<PackageCandidate> { Count: 0 })
                _answers.Add($"{source.Kind}: no etcd {request.Version} for {request.Platform}.");
            return answer;
        }
        catch (EtcdException e) when (MayAskOthers(source.Kind, e))
        {
            PassOver(source, e);
            return null;
        }
        catch (Exception e) when (IsHeldHere(source.Kind) && e is (IOException or UnauthorizedAccessException))
        {
            PassOver(source, PackageErrors.NotFound($"What is there cannot be read: {e.Message}", source.Kind));
            return null;
        }
    }

    public EtcdException ToError()
    {
        string what = $"etcd {request.Version} for {request.Platform}";
        string said = _answers.Count == 0 ? "There was no source to ask." : string.Join(" ", _answers);
        return new EtcdException(EtcdErrorIds.PackageNotFound, $"No source has {what}. {said}",
            _errors.LastOrDefault())
        {
            Target = request.Version.ToString(),
            NextStep = _errors.Select(e => e.NextStep).LastOrDefault(s => s is not null)
                ?? "Give the path of a release archive, the base URL of a mirror, or a version that a source has.",
        };
    }

    // Damage in what lies on this machine is repaired by fetching it anew. Damage in what was just fetched may be an attack,
    // and an attack must not pass unseen because another source helps out.
    private static bool MayAskOthers(PackageSource source, EtcdException error) =>
        IsHeldHere(source)
        || error.ErrorId is EtcdErrorIds.PackageNotFound or EtcdErrorIds.DownloadFailed or EtcdErrorIds.HostCommandFailed;

    private static bool IsHeldHere(PackageSource source) => source is PackageSource.Cache or PackageSource.Installed or PackageSource.Path;

    private void PassOver(IPackageSource source, EtcdException error)
    {
        _answers.Add($"{source.Kind}: {error.Message}");
        _errors.Add(error);
        events.Message($"Package source {source.Kind} is passed over: {error.Message}");
    }
}
