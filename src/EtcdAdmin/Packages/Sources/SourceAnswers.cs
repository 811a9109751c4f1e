using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Sources;

/// <summary>Asks sources, collects the reasons of those that could not help, and decides which answers end the search.</summary>
internal sealed class SourceAnswers(PackageRequest request, IProgress<EtcdEvent>? events)
{
    private readonly List<string> _answers = [];
    private readonly List<EtcdException> _errors = [];

    /// <summary>The answer; null if the source cannot help but another may.</summary>
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
            PassOver(source, PackageErrors.NotFound($"Its files cannot be read: {e.Message}", source.Kind));
            return null;
        }
    }

    public EtcdException ToError()
    {
        string what = $"etcd {request.Version} for {request.Platform}";
        string reasons = _answers.Count == 0 ? "No source was asked." : string.Join(" ", _answers);
        return new EtcdException(EtcdErrorIds.PackageNotFound, $"No source has {what}. {reasons}",
            _errors.LastOrDefault())
        {
            Target = request.Version.ToString(),
            NextStep = _errors.Select(e => e.NextStep).LastOrDefault(s => s is not null)
                ?? "Give a release archive, a package or a folder with etcd's programs (-Package), the URL of a mirror (-PackageUrl), or a "
                    + "version that a source has.",
        };
    }

    // Damaged files on this machine are replaced by a new download. Damage in a new download may be an attack, and an attack must be reported even if
    // another source has the package.
    private static bool MayAskOthers(PackageSource source, EtcdException error) =>
        IsHeldHere(source)
        || error.ErrorId is EtcdErrorIds.PackageNotFound or EtcdErrorIds.DownloadFailed or EtcdErrorIds.HostCommandFailed;

    private static bool IsHeldHere(PackageSource source) => source is PackageSource.Cache or PackageSource.Installed or PackageSource.Path;

    private void PassOver(IPackageSource source, EtcdException error)
    {
        _answers.Add($"{source.Kind}: {error.Message}");
        _errors.Add(error);
        events.Message($"Skipping the package source {source.Kind}: {error.Message}");
    }
}
