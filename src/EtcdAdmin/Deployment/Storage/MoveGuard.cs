using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Deployment.Storage;

/// <summary>Finds all problems of a move on the host.</summary>
internal sealed class MoveGuard(MovePlan move, MoveFacts facts, MoveDataRequest request)
{
    // Space for the file system itself, and for growth of the log: etcd preallocates 64 MB for each segment.
    private const long LeastMargin = 256L << 20;

    /// <exception cref="EtcdException">The only problem that was found.</exception>
    /// <exception cref="AggregateException">All problems.</exception>
    public void Check()
    {
        EtcdException[] problems = [.. CheckVolume(), .. CheckPlace(), .. CheckFiles()];
        if (problems.Length == 1) throw problems[0];
        if (problems.Length > 1) throw new AggregateException(problems);
    }

    private long Needed => facts.DataBytes + Math.Max(facts.DataBytes / 10, LeastMargin);

    private IEnumerable<EtcdException> CheckVolume() =>
        move.New.Volume is { } volume && facts.Volume(volume.MountPoint) is { } found
            ? new VolumeGuard(facts.Host, VolumeGuard.Owner(move.Before.Name, move.New.Name), request.ForceFormat).Check(volume, found, Needed)
            : [];

    private IEnumerable<EtcdException> CheckFiles() => move.Stage == MoveStage.Done ? [] : SpaceGuard.Check(
        facts.Host,
        [new SpaceNeed(move.New.Layout.ConfigDirectory, SpaceNeed.SmallFiles), new SpaceNeed(
            SystemdUnit.Path(move.New.Unit ?? ""), SpaceNeed.SmallFiles)],
        "Free some space there (never by deleting files of etcd's data), then run the command again.");

    private IEnumerable<EtcdException> CheckPlace()
    {
        if (move.Stage != MoveStage.Begin) yield break;
        string path = move.New.Directory;
        PlaceFacts place = facts.Place(path);
        bool isMounted = move.New.Volume is not { } volume || facts.Volume(volume.MountPoint) is null or { IsReady: true };
        if (!isMounted) yield break; // the mount will hide the present contents of the folder; VolumeGuard checks them
        if (place.HasOthers)
            yield return Problem(EtcdErrorIds.DataExists, $"has files in {path} that are not etcd data", "Choose a separate folder for the data.");
        if (place.HasData)
        {
            yield return place.IsOpen
                ? Problem(EtcdErrorIds.EtcdExists, $"runs another etcd with data in {path}/data", "It was not touched. Choose another folder.")
                : Problem(EtcdErrorIds.DataExists, $"already has the data of a member in {path}/data, which no etcd has open now",
                    "Choose another folder. Move that data elsewhere only if no stopped member needs it.");
        }

        if (place.FreeBytes < Needed && !place.HasCopy)
        {
            yield return Problem(EtcdErrorIds.DiskFull,
                $"has {Size(place.FreeBytes)} free on {facts.Host.FileSystemOf(path)?.MountPoint ?? "the file system"} "
                    + $"for {path}, and {Size(Needed)} are needed",
                "Free some space (never by deleting files of etcd's data), or choose another folder or device.");
        }
    }

    private EtcdException Problem(string id, string what, string nextStep) =>
        new(id, $"{move.New.HostName} {what}.") { Target = $"{move.New.HostName}:{move.New.Directory}", NextStep = nextStep };

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MB");
}
