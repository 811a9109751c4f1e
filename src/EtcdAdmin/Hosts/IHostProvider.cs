using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts;

/// <summary>Provides the host of a connection.</summary>
public interface IHostProvider
{
    /// <summary>The host; it may be connected to later.</summary>
    /// <param name="connection">The connection.</param>
    /// <exception cref="EtcdException">HostUnknown: no connection settings are known for it.</exception>
    IHost Get(HostConnection connection);

    /// <summary>The address or name that a connection leads to, with aliases resolved.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdException">SshNotFound; SpecInvalid: ssh does not accept the configuration.</exception>
    Task<string> ResolveAddressAsync(HostConnection connection, CancellationToken cancellationToken) => Task.FromResult(connection.HostName);
}
