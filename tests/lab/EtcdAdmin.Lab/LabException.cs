namespace EtcdAdmin.Lab;

/// <summary>The lab itself failed; what a host's own commands say comes as <see cref="CommandResult"/>.</summary>
public sealed class LabException : Exception
{
    /// <summary>With the reason.</summary>
    public LabException(string message) : base(message)
    {
    }

    /// <summary>With the reason and its cause.</summary>
    public LabException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Without a reason; nobody should use it.</summary>
    public LabException()
    {
    }
}
