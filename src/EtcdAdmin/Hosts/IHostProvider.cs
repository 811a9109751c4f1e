using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts;

/// <summary>Gives the host at the end of a connection.</summary>
public interface IHostProvider
{
    /// <summary>The host; connecting to it may come later.</summary>
    /// <param name="connection">How it is reached.</param>
    /// <exception cref="EtcdException">HostUnknown: no way to it is known.</exception>
    IHost Get(HostConnection connection);

    /// <summary>The address or name that a connection leads to, once aliases are resolved.</summary>
    /// <param name="connection">How it is reached.</param>
    /// <param name="cancellationToken">Ends asking.</param>
    /// <exception cref="EtcdException">SshNotFound; SpecInvalid: ssh does not take the configuration.</exception>
    Task<string> ResolveAddressAsync(HostConnection connection, CancellationToken cancellationToken) => Task.FromResult(connection.HostName);
}
