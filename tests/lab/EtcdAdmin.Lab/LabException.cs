namespace EtcdAdmin.Lab;

/// <summary>An error of the lab itself. The results of a host's commands are in <see cref="CommandResult"/>.</summary>
public sealed class LabException : Exception
{
    /// <summary>Creates an error with a reason.</summary>
    public LabException(string message) : base(message)
    {
    }

    /// <summary>Creates an error with a reason and its cause.</summary>
    public LabException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates an error without a reason. Do not use it.</summary>
    public LabException()
    {
    }
}
