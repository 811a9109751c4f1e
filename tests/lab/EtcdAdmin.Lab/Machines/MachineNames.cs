namespace EtcdAdmin.Lab.Machines;

/// <summary>What belongs to one host on this machine, by name. Interface names may have 15 characters, so they carry numbers.</summary>
/// <param name="Lab">The lab's number.</param>
/// <param name="Host">The host's index in it.</param>
internal sealed record MachineNames(int Lab, int Host)
{
    /// <summary>The bridge of a lab.</summary>
    public static string BridgeOf(int lab) => $"elab{lab}";

    /// <summary>The lab's bridge.</summary>
    public string Bridge => BridgeOf(Lab);

    /// <summary>The outer end of the host's network cable.</summary>
    public string Cable => $"elab{Lab}h{Host}";

    /// <summary>The bridge's side of the line that slows a host down.</summary>
    public string Port => $"elab{Lab}p{Host}";

    /// <summary>The other end of <see cref="Port"/>, which the line reads and writes.</summary>
    public string PortPeer => $"elab{Lab}q{Host}";

    /// <summary>The network namespace, and the name of the container.</summary>
    public string Namespace => $"elab{Lab}-{Host}";

    /// <summary>Under the root of the hierarchy.</summary>
    public string ControlGroup => $"etcdadmin-lab-{Lab}-{Host}";
}
