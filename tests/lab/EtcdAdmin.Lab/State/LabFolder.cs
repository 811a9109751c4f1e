namespace EtcdAdmin.Lab.State;

/// <summary>The paths of a lab.</summary>
/// <param name="Lab">The lab's name.</param>
internal sealed record LabFolder(string Lab)
{
    /// <summary>The folder of all labs. In memory: no lab outlives a restart of the machine.</summary>
    public const string Root = "/run/etcdadmin-lab";

    private const string DisksRoot = "/var/tmp/etcdadmin-lab";

    public string Path => $"{Root}/{Lab}";

    public string RecordFile => $"{Path}/lab.json";

    public string LockFile => $"{Path}/lab.lock";

    public string ClientKey => $"{Path}/client_key";

    public string KnownHosts => $"{Path}/known_hosts";

    public string SshConfig => $"{Path}/ssh_config";

    /// <summary>Disks can be large, so they are files on a real disk.</summary>
    public string Disks => $"{DisksRoot}/{Lab}";

    public string Host(string name) => $"{Path}/hosts/{name}";

    /// <summary>The mounted root file system of a host.</summary>
    public string HostRoot(string name) => $"{Host(name)}/root";

    /// <summary>Names of all labs on this machine, including broken ones.</summary>
    public static IReadOnlyList<string> FindLabs() =>
        Directory.Exists(Root) ? [.. Directory.GetDirectories(Root).Select(folder => System.IO.Path.GetFileName(folder)).Order()] : [];
}
