// The few BLAS and LAPACK entry points in use, declared by hand: the LAPACK header (lapacke) is a
// separate package on Debian and drags C99 complex numbers in, which Swift does not import.
#pragma once

enum { SKMRowMajor = 101, SKMNoTrans = 111, SKMTrans = 112, SKMUpper = 121 };

void openblas_set_num_threads(int count);

// Ends the threads that OpenBLAS started when it was loaded, one per core, which spin for some 30 ms
// waiting for work. To be called once: telling it a number of threads again starts them again.
// Builds without threads have no `blas_thread_shutdown_`.
#include <dlfcn.h>
static inline void skm_blas_use_one_thread(void) {
  openblas_set_num_threads(1);
  int (*shut_down)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "blas_thread_shutdown_");
  if (shut_down) shut_down();
}

// C (m x n) = alpha * op(A) (m x k) * op(B) (k x n) + beta * C
void cblas_sgemm(int layout, int transA, int transB, int m, int n, int k, float alpha,
                 const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
void cblas_dgemm(int layout, int transA, int transB, int m, int n, int k, double alpha,
                 const double *a, int lda, const double *b, int ldb, double beta, double *c, int ldc);

// y = alpha * op(A) x + beta * y, A of m x n
void cblas_dgemv(int layout, int trans, int m, int n, double alpha, const double *a, int lda,
                 const double *x, int incx, double beta, double *y, int incy);

// One triangle of C (n x n) = alpha * op(A) (n x k) * op(A)' + beta * C
void cblas_dsyrk(int layout, int uplo, int trans, int n, int k, double alpha, const double *a,
                 int lda, double beta, double *c, int ldc);

// A symmetric matrix brought to tridiagonal form, A = Q T Q', column major; eigenvalues (ascending) and
// eigenvectors (columns) of T; a matrix multiplied with Q or Q'.
void dsytrd_(const char *uplo, const int *n, double *a, const int *lda, double *d, double *e,
             double *tau, double *work, const int *lwork, int *info);
void dstedc_(const char *compz, const int *n, double *d, double *e, double *z, const int *ldz,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info);
void dormtr_(const char *side, const char *uplo, const char *trans, const int *m, const int *n,
             const double *a, const int *lda, const double *tau, double *c, const int *ldc,
             double *work, const int *lwork, int *info);

// Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix, column major.
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info);

// Singular value decomposition, column major.
void dgesdd_(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s,
             double *u, const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork,
             int *iwork, int *info);
