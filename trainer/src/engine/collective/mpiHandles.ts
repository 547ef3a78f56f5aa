/** The three ways in which MPI libraries spell the same constants. */
export type MpiAbi = 'mpi-5' | 'mpich' | 'openmpi';

/** Constants of an MPI library; handles as whole numbers, which hold addresses too. */
export interface MpiHandles {
  world: number | bigint;
  byte: number | bigint;
  float: number | bigint;
  sum: number | bigint;
  errorsReturn: number | bigint;
  /** `MPI_IN_PLACE`. */
  inPlace: number;
  anySource: number;
  threadMultiple: number;
  /** Where the source stands among the 32-bit words of a status. */
  statusSource: number;
}

/** MPI 5.0, appendix A: the standard ABI (`libmpi_abi.so`). */
const STANDARD: MpiHandles = {
  world: 0x101,
  byte: 0x247,
  float: 0x210,
  sum: 0x21,
  errorsReturn: 0x143,
  inPlace: 1,
  anySource: -1,
  threadMultiple: 4096,
  statusSource: 0,
};

/** mpi.h of MPICH 3 to 5, and of what is made from it: Intel MPI, MVAPICH, Cray. */
const MPICH: MpiHandles = {
  world: 0x44000000,
  byte: 0x4c00010d,
  float: 0x4c00040a,
  sum: 0x58000003,
  errorsReturn: 0x54000001,
  inPlace: -1,
  anySource: -2,
  threadMultiple: 3,
  statusSource: 2,
};

/** Those of Open MPI are addresses of its symbols. */
export function mpiHandles(abi: MpiAbi, addressOf: (symbol: string) => bigint): MpiHandles {
  if (abi === 'mpi-5') return STANDARD;
  if (abi === 'mpich') return MPICH;
  return {
    world: addressOf('ompi_mpi_comm_world'),
    byte: addressOf('ompi_mpi_byte'),
    float: addressOf('ompi_mpi_float'),
    sum: addressOf('ompi_mpi_op_sum'),
    errorsReturn: addressOf('ompi_mpi_errors_return'),
    inPlace: 1,
    anySource: -1,
    threadMultiple: 3,
    statusSource: 0,
  };
}
