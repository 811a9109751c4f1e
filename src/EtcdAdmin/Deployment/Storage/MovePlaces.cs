using System.Text.RegularExpressions;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Deployment.Storage;

/// <summary>Chooses the new place of a member's data.</summary>
internal sealed partial class MovePlaces
{
    // With two disks in turn, three places are enough; more are for operators who keep old data.
    private const int Candidates = 6;

    private readonly MemberSpec _member;
    private readonly MoveDataRequest _request;

    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public MovePlaces(MemberSpec member, MoveDataRequest request)
    {
        _member = member;
        _request = request;
        Paths = request.Path is { } path ? [StorageRules.DataPath(path)] : Default(member.Directory);
        string kind = StorageRules.FileSystem(request.FileSystem);
        Volumes = request.Device is { } device
            ? [.. Paths.Select(place => new DataVolume(StorageRules.Device(device), kind, place))]
            : [];
    }

    /// <summary>The possible folders.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>The device mounted at each of them; none where no device is asked for.</summary>
    public IReadOnlyList<DataVolume> Volumes { get; }

    /// <summary>Chooses the place.</summary>
    /// <exception cref="EtcdException">MemberDataLost: the member has no data to move. SpecInvalid: no folder is free.</exception>
    public MovePlan Choose(EtcdCluster cluster, MoveFacts facts)
    {
        string current = facts.DataDirectory is { } data && data.EndsWith("/data", StringComparison.Ordinal)
            ? data[..^"/data".Length]
            : _member.Directory;
        string path = Path(current, facts);
        DataVolume? volume = Volumes.FirstOrDefault(candidate => candidate.MountPoint == path) ?? Inherited(path);
        string[] former = [.. (_member.FormerDirectories ?? []).Append(current).Append(_member.Directory).Where(folder => folder != path).Distinct()];
        MemberSpec now = _member with { Directory = path, Volume = volume, FormerDirectories = former.Length == 0 ? null : former };
        // Where an interrupted move has switched the host but not the profile, the old place is that of the profile.
        bool isThere = current == path && facts.HasData;
        MemberSpec old = current == path ? _member : _member with { Directory = current };
        PlaceFacts place = facts.Place(path);
        MoveStage stage = isThere ? MoveStage.Done
            // Missing data without data moved aside is not a switch: its disk may not be mounted, and a copy may be incomplete.
            : !facts.HasData && facts.HasAside && current != path && (place.HasCopy || place.HasData) ? MoveStage.Switch
            : facts.HasData ? MoveStage.Begin
            : throw Lost(current);
        return new MovePlan(cluster, cluster.WithSpec(SpecChanges.Replace(cluster.RequireSpec(), now)), old, now, stage);
    }

    private string Path(string current, MoveFacts facts)
    {
        if (_request.Path is not null) return Paths[0];
        return Paths.FirstOrDefault(path => facts.Volume(path) is { IsOurs: true })
            ?? Paths.FirstOrDefault(path => path != current && facts.Volume(path) is { IsPlaceFull: false, MountedFrom: null, IsUnfinished: true })
            ?? Paths.FirstOrDefault(path => path != current && facts.Volume(path) is { IsPlaceFull: false, MountedFrom: null, UnitOwner: null })
            ?? throw SpecRules.Invalid(
                $"no folder on {_member.HostName} is free to mount {_request.Device} (checked: {string.Join(", ", Paths)}); give a folder (-Path)");
    }

    private DataVolume? Inherited(string path) =>
        _request.Device is null && _member.Volume is { } volume && StorageRules.IsIn(path, volume.MountPoint) ? volume : null;

    private EtcdException Lost(string current) => new(EtcdErrorIds.MemberDataLost,
        $"Member {_member.Name} has no data to move in {current}/data on {_member.HostName}.")
    {
        Target = _member.Name,
        NextStep = "If the file system of the data is not mounted, mount it and run the command again. Only if the data is lost, re-create the "
            + "member from the others with Repair-EtcdMember.",
    };

    private static string[] Default(string directory)
    {
        string first = Number().Replace(directory, "");
        return [first, .. Enumerable.Range(2, Candidates - 1).Select(number => $"{first}-{number}")];
    }

    [GeneratedRegex(@"-\d+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
