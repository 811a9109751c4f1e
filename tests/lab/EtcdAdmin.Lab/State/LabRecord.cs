namespace EtcdAdmin.Lab.State;

/// <summary>The record of a lab, as stored in its file. With it, any process can use and remove the lab.</summary>
internal sealed record LabRecord
{
    /// <summary>The name of the lab.</summary>
    public required string Name { get; init; }

    /// <summary>1 to 250, unique on this machine; used in the addresses and in the names of bridge and interfaces.</summary>
    public required int Number { get; init; }

    /// <summary>
    /// The process that owns the lab; when it ends, the lab may be removed. Null for a lab that is kept until it is removed explicitly.
    /// </summary>
    public ProcessIdentity? Owner { get; init; }

    /// <summary>The password of the login clerk, for ssh and for sudo.</summary>
    public required string ClerkPassword { get; init; }

    /// <summary>The hosts, in order of creation.</summary>
    public IReadOnlyList<HostRecord> Hosts { get; init; } = [];

    /// <summary>Returns the lab with one changed host.</summary>
    public LabRecord With(HostRecord changed) =>
        this with { Hosts = [.. Hosts.Select(host => host.Index == changed.Index ? changed : host)] };
}

/// <summary>The record of a host.</summary>
internal sealed record HostRecord
{
    /// <summary>The name of the host, known to all hosts.</summary>
    public required string Name { get; init; }

    /// <summary>1 to 200, unique in the lab; used in the addresses.</summary>
    public required int Index { get; init; }

    /// <summary>The options of the host.</summary>
    public required HostOptions Options { get; init; }

    /// <summary>The disks in addition to the system disk.</summary>
    public IReadOnlyList<DiskRecord> Disks { get; init; } = [];

    /// <summary>The names that the host is cut off from; empty if there is no cut.</summary>
    public IReadOnlyList<string> CutFrom { get; init; } = [];

    /// <summary>The process that delays frames to the host; null if the host is not slow.</summary>
    public ProcessIdentity? DelayLine { get; init; }
}

/// <summary>A disk: a file with a loop device.</summary>
/// <param name="Name">The name on the host, for example <c>vdb</c>.</param>
/// <param name="File">The file with its blocks, on this machine.</param>
/// <param name="LoopDevice">The loop device on this machine.</param>
internal sealed record DiskRecord(string Name, string File, string LoopDevice);
