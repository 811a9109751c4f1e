using System.Globalization;

namespace EtcdAdmin.Lab.Machines;

/// <summary>The control group of a host's processes. It contains all of them, also those whose parent has ended.</summary>
/// <param name="names">The host's names on this machine.</param>
internal sealed class ControlGroup(MachineNames names)
{
    private const string Alone = "/sys/fs/cgroup";
    private const string BesideOthers = "/sys/fs/cgroup/unified";

    /// <summary>systemd's own old hierarchy; if it exists, nspawn creates the same groups there.</summary>
    private const string Named = "/sys/fs/cgroup/systemd";

    /// <summary>The mount point of cgroup2 on this machine, alone or next to the old hierarchies; null if it is not mounted.</summary>
    public static string? Root =>
        File.Exists($"{Alone}/cgroup.procs") ? Alone : File.Exists($"{BesideOthers}/cgroup.procs") ? BesideOthers : null;

    /// <summary>Path of the control group.</summary>
    public string Path => $"{Root}/{names.ControlGroup}";

    /// <summary>IDs of all processes, of nspawn and of the host.</summary>
    public IReadOnlyList<int> FindProcesses()
    {
        var found = new List<int>();
        AddProcesses(Path, found);
        return found;
    }

    /// <summary>Removes the control group after its processes have ended.</summary>
    public void Remove()
    {
        foreach (string group in new[] { Path, $"{Named}/{names.ControlGroup}" }.Where(Directory.Exists))
        {
            // Deepest first. The kernel removes the files of a group with its folder.
            foreach (string child in Directory.GetDirectories(group, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length))
            {
                Directory.Delete(child);
            }

            Directory.Delete(group);
        }
    }

    private static void AddProcesses(string group, List<int> found)
    {
        try
        {
            found.AddRange(File.ReadLines($"{group}/cgroup.procs").Select(line => int.Parse(line, CultureInfo.InvariantCulture)));
            foreach (string child in Directory.GetDirectories(group)) AddProcesses(child, found);
        }
        catch (IOException)
        {
            // Groups can vanish at any time; continue with the other groups.
        }
    }
}
