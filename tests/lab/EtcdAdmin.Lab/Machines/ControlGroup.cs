using System.Globalization;

namespace EtcdAdmin.Lab.Machines;

/// <summary>The control group of a host's processes: what finds them all, also those whose parent is gone.</summary>
/// <param name="names">The host's names on this machine.</param>
internal sealed class ControlGroup(MachineNames names)
{
    private const string Alone = "/sys/fs/cgroup";
    private const string BesideOthers = "/sys/fs/cgroup/unified";

    /// <summary>Old hierarchy of systemd's own, in which nspawn makes the same groups where there is one.</summary>
    private const string Named = "/sys/fs/cgroup/systemd";

    /// <summary>Where cgroup2 is mounted on this machine, alone or beside the old hierarchies; null where it is not.</summary>
    public static string? Root =>
        File.Exists($"{Alone}/cgroup.procs") ? Alone : File.Exists($"{BesideOthers}/cgroup.procs") ? BesideOthers : null;

    /// <summary>Its folder.</summary>
    public string Path => $"{Root}/{names.ControlGroup}";

    /// <summary>Ids of all processes, of nspawn and of the host.</summary>
    public IReadOnlyList<int> FindProcesses()
    {
        var found = new List<int>();
        AddProcesses(Path, found);
        return found;
    }

    /// <summary>Removes it, once nothing runs in it.</summary>
    public void Remove()
    {
        foreach (string group in new[] { Path, $"{Named}/{names.ControlGroup}" }.Where(Directory.Exists))
        {
            // Deepest first; the files in it are the kernel's and go with their folder.
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
            // This group vanished while we looked, as they do all the time; the others are still to be looked at.
        }
    }
}
