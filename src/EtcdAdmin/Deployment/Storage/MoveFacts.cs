using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Deployment.Storage;

/// <summary>The facts of a member's data and of possible new places, as the host reports them; read in one round trip.</summary>
internal sealed class MoveFacts
{
    private readonly Dictionary<string, PlaceFacts> _places = new(StringComparer.Ordinal);
    private readonly List<string> _superseded = [];
    private readonly Dictionary<string, VolumeFacts> _volumes = new(StringComparer.Ordinal);

    /// <summary>The host.</summary>
    public required EtcdHost Host { get; init; }

    /// <summary>The data folder that the configuration on the host names; null where there is none.</summary>
    public string? DataDirectory { get; private set; }

    /// <summary>Whether that folder has data.</summary>
    public bool HasData { get; private set; }

    /// <summary>The size of that data.</summary>
    public long DataBytes { get; private set; }

    /// <summary>Whether data that an earlier switch moved aside is beside that folder.</summary>
    public bool HasAside { get; private set; }

    /// <summary>The former and present folders of the profile that have data which was moved aside.</summary>
    public IReadOnlyCollection<string> Superseded => _superseded;

    /// <summary>Whether the member runs.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>The hash of the configuration.</summary>
    public string? ConfigSha256 { get; private set; }

    /// <summary>The hash of the unit.</summary>
    public string? UnitSha256 { get; private set; }

    /// <summary>Reads the facts.</summary>
    /// <param name="context">The context.</param>
    /// <param name="member">The member.</param>
    /// <param name="volumes">The possible volumes, one for each possible folder.</param>
    /// <param name="places">The possible folders.</param>
    /// <param name="cancellationToken">Stops the script.</param>
    public static async Task<MoveFacts> ReadAsync(
        AdminContext context, MemberSpec member, IReadOnlyList<DataVolume> volumes, IReadOnlyList<string> places, CancellationToken cancellationToken)
    {
        List<string> arguments = ["current", member.Layout.ConfigFile, member.Unit ?? ""];
        foreach (string place in places) arguments.AddRange(["place", place]);
        foreach (string folder in (member.FormerDirectories ?? []).Append(member.Directory)) arguments.AddRange(["former", folder]);
        foreach (DataVolume volume in volumes)
            arguments.AddRange(["volume", .. VolumeScripts.Arguments(volume.MountPoint, volume)]);
        var lines = new List<string[]>();
        EtcdHost host = await HostReader.ReadAsync(
            context.HostOf(member), member.Connection ?? HostConnection.Local, context.Clock, MoveScripts.Survey, arguments, lines.Add,
            cancellationToken).ConfigureAwait(false);
        var facts = new MoveFacts { Host = host };
        foreach (string[] line in lines) facts.Read(line);
        return facts;
    }

    /// <summary>The facts of a possible folder.</summary>
    public PlaceFacts Place(string path) => _places[path];

    /// <summary>The facts of mounting the device at a folder; null where no device is asked for.</summary>
    public VolumeFacts? Volume(string mountPoint) => _volumes.GetValueOrDefault(mountPoint);

    private void Read(string[] fields)
    {
        switch (fields)
        {
            case ["current", var data, var has, var size, var aside, var active, var config, var unit]:
                DataDirectory = data.Length == 0 ? null : data;
                HasData = has == "yes";
                DataBytes = Kilobytes(size);
                HasAside = aside == "yes";
                IsRunning = active == "yes";
                ConfigSha256 = config;
                UnitSha256 = unit;
                break;
            case ["place", var path, var others, var data, var copy, var free]:
                _places[path] = new PlaceFacts(others == "yes", data is "yes" or "open", copy == "yes", Kilobytes(free)) { IsOpen = data == "open" };
                break;
            case ["former", var folder]: _superseded.Add(folder); break;
            case ["volume", var mountPoint, ..]: _volumes[mountPoint] = VolumeFacts.From(fields); break;
        }
    }

    private static long Kilobytes(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes) ? kilobytes * 1024 : 0;
}

/// <summary>The facts of a folder to which the data could move.</summary>
/// <param name="HasOthers">Whether it has files that are not etcd data.</param>
/// <param name="HasData">Whether it has the data of a member.</param>
/// <param name="HasCopy">Whether it has a copy that was begun.</param>
/// <param name="FreeBytes">The free space of its file system.</param>
internal sealed record PlaceFacts(bool HasOthers, bool HasData, bool HasCopy, long FreeBytes)
{
    /// <summary>Whether a running etcd has that data open.</summary>
    public bool IsOpen { get; init; }
}
