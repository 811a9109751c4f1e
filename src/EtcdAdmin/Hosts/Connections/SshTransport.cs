using System.Text.Json.Serialization;

namespace EtcdAdmin.Hosts.Connections;

/// <summary>What speaks the SSH protocol with a host.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SshTransport>))]
public enum SshTransport
{
    /// <summary>The <c>ssh</c> program of this machine, with everything that its configuration can do.</summary>
    OpenSsh,

    /// <summary>The library SSH.NET, in this process: one connection for all scripts on every system, and no program needed.</summary>
    SshNet,
}
