using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>A certificate or key file from an argument or a variable of etcdctl.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Variable">The variable; null for an argument.</param>
internal sealed record PemSource(string Path, string? Variable)
{
    /// <summary>The argument, or else the variable; null if neither is set.</summary>
    /// <param name="argument">The path in the argument.</param>
    /// <param name="value">The path in the variable.</param>
    /// <param name="variable">The variable's name.</param>
    public static PemSource? Of(string? argument, string? value, string? variable) =>
        argument is not null ? new PemSource(argument, null) : value is not null ? new PemSource(value, variable) : null;

    /// <summary>Reads it.</summary>
    /// <param name="folder">The folder for a relative path in a variable, as in etcdctl; null means the process's own.</param>
    /// <param name="passphrase">Decrypts its private key; null for none.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid, with the variable.</exception>
    public async Task<string> ReadAsync(string? folder, string? passphrase, CancellationToken cancellationToken)
    {
        if (Variable is null) return await PemFile.ReadAsync(Path, passphrase, cancellationToken).ConfigureAwait(false);
        try
        {
            string full = System.IO.Path.GetFullPath(Path, folder ?? Environment.CurrentDirectory);
            return await PemFile.ReadAsync(full, passphrase, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            throw EtcdctlVariable.Naming(Variable, e, e.Target);
        }
    }
}
